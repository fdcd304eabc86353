import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { test } from "vitest";
import { excerpt } from "../../src/shared/excerpt";

const plain = (...parameters: Parameters<typeof excerpt>) => excerpt(...parameters).map(stripVTControlCharacters);

test("the line is shown with its number, and a caret under the column", () => {
  assert.deepEqual(plain("first\nconst a: string = 1;", 2, 7), ["2 | const a: string = 1;", "  |       ^"]);
});

test("as many carets as characters are underlined, up to the end of the line", () => {
  assert.deepEqual(plain("abc", 1, 2, 2), ["1 | abc", "  |  ^^"]);
  assert.deepEqual(plain("abc", 1, 2, 99), ["1 | abc", "  |  ^^"]);
  assert.deepEqual(plain("abc", 1, 4, 0), ["1 | abc", "  |    ^"]);
});

test("tabs before the column stay tabs, so that the caret stands below it", () => {
  assert.deepEqual(plain("\ta\tb", 1, 4), ["1 | \ta\tb", "  | \t \t^"]);
});

test("a long line is cut around the column", () => {
  const [line, carets] = plain(`${"x".repeat(500)}HERE${"y".repeat(500)}`, 1, 501, 4);
  assert.ok(line.length < 170);
  assert.equal(line.indexOf("HERE"), carets.indexOf("^^^^"));
});

test("lines may end as on Windows; a line that doesn't exist has no excerpt", () => {
  assert.deepEqual(plain("a\r\nb\r\n", 1, 1), ["1 | a", "  | ^"]);
  assert.deepEqual(plain("a", 2, 1), []);
});
