// Uses the page that compares two compilations of a function.
//
//	node ssadiff.mjs CHROMIUM PAGE [DIRECTORY FOR SCREENSHOTS]
import assert from "node:assert/strict";
import { visit, column, expand } from "./ssacommon.mjs";

await visit(async (page, shoot) => {
	assert.match(await page.locator("h1").textContent(), /main\.interpret · .* ↔ -O=0/);
	const last = column(page, "critical");
	await expand(last);
	const pairs = last.locator(".pair");
	assert.ok(await pairs.count() > 500);
	assert.ok(await last.locator(".pair.differs").count() > 100, "differences are marked");
	assert.ok(await last.locator(".pair:not(.differs)").count() > 50, "and what is alike is not");
	// Both sides of a pair that is alike say the same, but for numbers.
	const odd = await last.locator(".pair:not(.differs)").evaluateAll(list => list.filter(p => {
		const [a, b] = [...p.children].map(r => r.lastChild.textContent.replace(/\b([vb])\d+\b/g, "$1"));
		return a !== b;
	}).length);
	assert.equal(odd, 0);
	// A pass that only one side has.
	const prove = column(page, "prove");
	await expand(prove);
	assert.match(await prove.locator(".note").textContent(), /absent/);
	await page.locator("#search").fill("growslice");
	assert.match(await page.locator("#found").textContent(), /^[1-9]\d* hits$/);
	await page.keyboard.press("Enter");
	assert.ok(await page.locator(".row.at").count() > 0);
	await last.locator(".graph").click();
	assert.equal(await last.locator("svg.cfg").count(), 2, "a graph for each side");
	await shoot("ssadiff");
});
