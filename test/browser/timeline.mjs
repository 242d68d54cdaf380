// Clicks through a page of strata timeline.
//
//	node timeline.mjs CHROMIUM PAGE [DIRECTORY FOR SCREENSHOTS]
//
// It prints what is wrong and fails, or prints "ok".
import assert from "node:assert/strict";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, file, shots] = process.argv.slice(2);
const browser = await chromium.launch({
	executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

// open shows the page at a width. Whatever it wants from the network, or complains about, fails the test.
async function open(width, height, colorScheme) {
	const page = await (await browser.newContext({ viewport: { width, height }, colorScheme })).newPage();
	page.on("request", r => assert.match(r.url(), /^(file|data):/, "the page wants the network"));
	page.on("pageerror", e => { throw e; });
	page.on("console", m => assert.notEqual(m.type(), "error", m.text()));
	await page.goto(pathToFileURL(file).href);
	return page;
}

async function shoot(page, name) {
	if (shots) await page.screenshot({ path: path.join(shots, name + ".png"), fullPage: true });
}

// layout checks that nothing sticks out sideways.
async function layout(page) {
	const out = await page.evaluate(() => {
		const width = document.documentElement.clientWidth;
		return [...document.querySelectorAll("body *")].filter(e => {
			if (e.closest(".wide, pre")) return false;
			const box = e.getBoundingClientRect();
			return box.width > 0 && box.right > width + 1;
		}).map(e => `${e.tagName}.${e.className} ${e.textContent.slice(0, 30)}`).slice(0, 5);
	});
	assert.deepEqual(out, [], "sticks out of the page");
	const clipped = await page.evaluate(() => [...document.querySelectorAll(".figure > span, .quantiles")].filter(e => {
		const box = e.getBoundingClientRect(), section = e.closest("section").getBoundingClientRect();
		return box.width > 0 && box.right > section.right;
	}).map(e => e.textContent));
	assert.deepEqual(clipped, [], "sticks out of its section");
}

// figures clicks on every program and every figure.
async function figures(page) {
	const tabs = page.locator("[data-part]");
	assert.ok(await tabs.count() >= 2, "a tab for the program and one for building");
	for (const tab of await tabs.all()) {
		await tab.click();
		assert.equal(await tab.getAttribute("aria-selected"), "true");
		const part = page.locator("#" + await tab.getAttribute("data-part"));
		assert.ok(await part.isVisible());
		assert.equal(await page.locator(".part:visible").count(), 1, "one part at a time");
		const chips = await part.locator("[data-chart]").all();
		assert.ok(chips.length > 0);
		for (const chip of chips) {
			await chip.click();
			const chart = part.locator(".chart:visible");
			assert.equal(await chart.count(), 1, "one chart at a time");
			assert.equal(await chart.getAttribute("id"), await chip.getAttribute("data-chart"));
			assert.ok(await chart.locator(".dot").count() > 0, "a chart has values");
			await layout(page);
		}
	}
	await tabs.first().click();
}

// scales switches a chart between its axes: dots move, and the axis changes.
async function scales(page) {
	const chart = page.locator(".chart:visible"), button = chart.locator(".scale");
	const state = async () => [
		await chart.locator(".axis:visible").innerText(),
		...await chart.locator(".dot").evaluateAll(list => list.map(d => Math.round(d.getBoundingClientRect().x))),
	].join(" ");
	const before = await state();
	await button.click();
	assert.notEqual(await state(), before, "the axis does not change");
	await button.click();
	assert.equal(await state(), before, "and back");
}

// code picks functions and designs.
async function code(page) {
	const func = page.locator("#func"), sides = page.locator("select.side"), texts = page.locator("#code pre");
	for (const name of await func.locator("option").allInnerTexts()) {
		await func.selectOption(name);
		for (let i = 0; i < 2; i++) {
			assert.match(await texts.nth(i).innerText(), /RET|JMP|CALL/, `${name} has no code`);
		}
	}
	const options = await sides.nth(0).locator("option").allInnerTexts();
	assert.ok(options.length >= 2);
	const seen = new Set();
	for (const o of options) {
		await sides.nth(0).selectOption(o);
		seen.add(await texts.nth(0).innerText());
	}
	assert.ok(seen.size >= 2, "all designs have the same code");
}

// theme switches to the other colours and back.
async function theme(page) {
	const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const before = await colour();
	await page.locator("#theme").click();
	assert.notEqual(await colour(), before);
	await page.locator("#theme").click();
	assert.equal(await colour(), before);
}

for (const [name, width, height, scheme] of [["desktop", 1280, 900, "light"], ["phone", 390, 844, "light"], ["phone-dark", 360, 740, "dark"]]) {
	const page = await open(width, height, scheme);
	await layout(page);
	assert.ok(await page.locator("#findings li").count() > 0, "no findings");
	await figures(page);
	await scales(page);
	await code(page);
	await theme(page);
	const spread = await page.locator(".part:has(.spread)").first().getAttribute("id");
	await page.locator(`[data-part="${spread}"]`).click();
	assert.ok(await page.locator(".spread:visible rect").count() > 0, "no distribution is drawn");
	await layout(page);
	assert.ok(await page.locator("#table tbody tr").count() > 10, "the table of all figures is short");
	await shoot(page, name);
	await page.close();
}
await browser.close();
console.log("ok");
