// Uses the page of a function's compilation: clicks, searches, expands.
//
//	node ssa.mjs CHROMIUM PAGE [DIRECTORY FOR SCREENSHOTS]
import assert from "node:assert/strict";
import { visit, column, expand } from "./ssacommon.mjs";

await visit(async (page, shoot) => {
	// Source, syntax, passes, assembly.
	assert.match(await column(page, "source").textContent(), /func interpret\(code \[\]instruction/);
	const names = await page.locator("section").evaluateAll(list => list.map(s => s.dataset.pass));
	for (const want of ["source", "AST", "lowered", "inlined", "analysed", "prove", "critical", "assembly"]) {
		assert.ok(names.includes(want), `no column ${want}`);
	}
	assert.ok(await page.locator("section:not(.open)").count() > 20, "most columns are collapsed");
	await shoot("ssa-first");

	// A collapsed column expands and collapses.
	const prove = column(page, "prove");
	assert.equal(await prove.locator(".row").count(), 0, "columns are filled when they are opened");
	await expand(prove);
	assert.ok(await prove.locator(".row").count() > 500);
	await column(page, "AST").locator(".bar").click();
	assert.match(await column(page, "AST").locator(".body").textContent(), /FuncDecl interpret/);
	await column(page, "AST").locator(".bar").click();
	assert.ok(!await column(page, "AST").locator(".body").isVisible(), "and collapses");

	// A click on a value lights it up everywhere, with a colour of its own; another click puts it out.
	const value = column(page, "critical").locator(".v").first();
	const name = await value.textContent();
	await value.click();
	const lit = page.locator(`.${name}.m0`);
	assert.equal(await lit.count(), await page.locator(`.${name}`).count(), "all mentions of a value light up");
	assert.ok(await prove.locator(`.${name}.m0`).count() > 0, "in other columns too");
	const last = column(page, "critical").locator(".b").first(), block = await last.textContent();
	await last.click();
	assert.ok(await page.locator(`.${block}.m1`).count() > 1);
	await value.click();
	assert.equal(await lit.count(), 0);

	// The graph shows every block; a click there lights up the block in the text.
	await prove.locator(".graph").click();
	const svg = prove.locator("svg.cfg");
	assert.ok(await svg.isVisible());
	assert.equal(await svg.locator("g.b").count(), await prove.locator(".row.head").count(), "a box for every block");
	assert.ok(await svg.locator("path.back").count() > 0, "loops have edges back");
	const overlaps = await svg.evaluate(s => {
		const boxes = [...s.querySelectorAll("rect")].map(r => r.getBoundingClientRect());
		return boxes.filter((a, i) => boxes.some((b, j) => j > i && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)).length;
	});
	assert.equal(overlaps, 0, "boxes overlap");
	const box = svg.locator("g.b").nth(1), id = await box.getAttribute("data-t");
	await box.scrollIntoViewIfNeeded();
	await box.dispatchEvent("click");
	assert.ok(await page.locator(`span.${id}[class*=" m"]`).count() > 0, "a click on a box lights up the block");
	await shoot("ssa-graph");
	await prove.locator(".graph").click();

	// A click on a line number marks the line in every column.
	await column(page, "source").locator(".row .no").nth(30).click();
	for (const name of ["source", "prove", "assembly"]) {
		assert.ok(await column(page, name).locator(".row.marked").count() > 0, `line not marked in ${name}`);
	}

	// The search finds in all columns, open or not, and leads from hit to hit.
	await page.keyboard.press("/");
	await page.keyboard.type("growslice");
	const found = await page.locator("#found").textContent();
	assert.match(found, /^[1-9]\d* hits$/);
	assert.ok(await page.locator("section:not(.open) .hits:not(:empty)").count() > 5, "closed columns count their hits");
	await page.keyboard.press("Enter");
	assert.match(await page.locator("#found").textContent(), /^1 of /);
	assert.ok(await page.locator(".row.at").isVisible());
	await page.locator("#next").click();
	assert.match(await page.locator("#found").textContent(), /^2 of /);
	assert.match(await page.locator(".row.at").textContent(), /growslice/i);
	await page.locator("#search").fill("no such thing");
	assert.equal(await page.locator("#found").textContent(), "0 hits");
	await shoot("ssa-search");
	await page.keyboard.press("Escape");
	assert.equal(await page.locator(".row.marked, .m0, .m1").count(), 0, "Escape clears");

	// Dark and light.
	const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
	const before = await colour();
	await page.locator("#theme").click();
	assert.notEqual(await colour(), before);
	await page.locator("#theme").click();
	assert.equal(await colour(), before);
});
