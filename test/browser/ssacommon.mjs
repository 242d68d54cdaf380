// What the scripts of the SSA pages share.
import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file, shots] = process.argv.slice(2);

// visit runs a script on the page at several sizes. Whatever the page wants from the network, or complains about, fails it.
export async function visit(script) {
	const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
	for (const [name, width, height, colorScheme] of [["desktop", 1400, 900, "light"], ["phone", 390, 844, "dark"]]) {
		const page = await (await browser.newContext({ viewport: { width, height }, colorScheme })).newPage();
		page.on("request", r => assert.match(r.url(), /^(file|data):/, "the page wants the network"));
		page.on("pageerror", e => { throw e; });
		page.on("console", m => assert.notEqual(m.type(), "error", m.text()));
		await page.goto(pathToFileURL(file).href);
		await script(page, async part => {
			if (shots) await page.screenshot({ path: path.join(shots, `${part}-${name}.png`) });
		});
		const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth + 1);
		assert.equal(wide, false, "the page itself scrolls sideways");
		await page.close();
	}
	await browser.close();
	console.log("ok");
}

// column is the column of a pass, by its place among those of that name.
export const column = (page, name, i = 0) => page.locator(`section[data-pass="${name}"]`).nth(i);

// expand opens a column by clicking on its bar.
export async function expand(section) {
	if (await section.evaluate(s => !s.classList.contains("open"))) await section.locator(".bar").click();
	assert.ok(await section.locator(".body").isVisible(), "the column opens");
}
