import assert from "node:assert/strict";
import * as aq from "arquero";
import { test } from "vitest";
import { toBundle } from "../../../src/kernel/session/results";

const DISPLAY = Symbol.for("Jupyter.display");

test("a plain value is shown as text", async () => {
  assert.deepEqual(await toBundle({ a: [1, "b"] }), { "text/plain": "{ a: [ 1, 'b' ] }" });
  assert.deepEqual(await toBundle(undefined), { "text/plain": "undefined" });
  assert.deepEqual(await toBundle(null), { "text/plain": "null" });
});

test("a value's own bundle comes first, even if it takes a while", async () => {
  const value = { [DISPLAY]: async () => ({ "text/html": "<b>1</b>" }), toHTML: () => "unused" };
  assert.deepEqual(await toBundle(value), { "text/html": "<b>1</b>" });
});

test("bytes in a bundle are encoded in base64, and the value's own object isn't changed", async () => {
  const bundle = { "image/png": new Uint8Array([1, 2, 3]) };
  assert.deepEqual(await toBundle({ [DISPLAY]: () => bundle }), { "image/png": "AQID" });
  assert.ok(bundle["image/png"] instanceof Uint8Array);
});

test("functions and symbols in a bundle are rejected: JSON would leave them out", async () => {
  await assert.rejects(toBundle({ [DISPLAY]: () => ({ "text/html": () => "" }) }), /text\/html: .*found a function/);
  await assert.rejects(toBundle({ [DISPLAY]: () => ({ "text/plain": Symbol("a") }) }), /text\/plain: .*found a symbol/);
});

test("a bundle that isn't an object is rejected", async () => {
  await assert.rejects(toBundle({ [DISPLAY]: () => "text" }), /expected a MIME bundle, found 'text'/);
});

test("bytes that start like a picture are a picture, others are text", async () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0]);
  assert.deepEqual(await toBundle(png), { "image/png": "iVBORwA=", "text/plain": "<image/png, 5 bytes>" });
  assert.deepEqual(Object.keys(await toBundle(new Uint8Array([1, 2]))), ["text/plain"]);
});

test("toHTML, toSVG and toMarkdown are used where a value has them", async () => {
  const table = { toHTML: () => "<table>", toMarkdown: () => "|a|" };
  assert.deepEqual(await toBundle(table), { "text/html": "<table>", "text/plain": "|a|" });
  const drawing = await toBundle({ toSVG: () => "<svg>" });
  assert.equal(drawing["image/svg+xml"], "<svg>");
  assert.match(String(drawing["text/plain"]), /toSVG/);
});

test("an arquero table's column names can't add markup, even without the helpers", async () => {
  const table = aq.table({ "<img src=x onerror=alert(1)>": ["<b>"], "a & b": [1] });
  const { "text/html": html } = await toBundle(table);
  assert.match(String(html), /<th[^>]*>&lt;img src=x onerror=alert\(1\)&gt;<\/th><th[^>]*>a &amp; b<\/th>/);
  assert.deepEqual(table.columnNames(), ["<img src=x onerror=alert(1)>", "a & b"], "the table itself is unchanged");
});
