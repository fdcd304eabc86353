import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { toCodePoints, toUtf16 } from "../../../src/kernel/compiler/positions";

test("the two ways to count agree as long as there is no emoji", () => {
  assert.equal(toUtf16("const a", 5), 5);
  assert.equal(toCodePoints("const a", 5), 5);
});

test("an emoji is one code point and two UTF-16 units", () => {
  assert.equal(toUtf16("😀.length", 1), 2);
  assert.equal(toCodePoints("😀.length", 2), 1);
});

test("a position past the end is the end", () => {
  assert.equal(toUtf16("😀", 7), 2);
});

test("converting there and back gives the same position", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "é", "한", "😀") }), fc.nat(), (text, number) => {
      const position = number % ([...text].length + 1);
      assert.equal(toCodePoints(text, toUtf16(text, position)), position);
    }),
    { seed: 1 },
  );
});
