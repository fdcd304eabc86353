import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { matchesGlob } from "../../../src/kernel/wire/glob";

test("a pattern without wildcards matches only the same text", () => {
  assert.ok(matchesGlob("const a = 1;", "const a = 1;"));
  assert.ok(!matchesGlob("const a = 1;", "const a"));
  assert.ok(!matchesGlob("const a", "const a = 1;"));
  assert.ok(matchesGlob("", ""));
});

test("* matches any text, line ends and the empty text included", () => {
  for (const text of ["", "a", "first\nsecond", "*?[.]"]) assert.ok(matchesGlob(text, "*"), text);
  assert.ok(matchesGlob("const a = 1;", "const*1;"));
  assert.ok(matchesGlob("aXbXc", "a*b*c"));
  assert.ok(!matchesGlob("aXbX", "a*b*c"));
});

test("? matches exactly one character", () => {
  assert.ok(matchesGlob("cat", "c?t"));
  assert.ok(!matchesGlob("ct", "c?t"));
  assert.ok(!matchesGlob("cart", "c?t"));
});

test("characters that mean something in a regular expression mean themselves", () => {
  assert.ok(matchesGlob("a.b(c)[d]+", "a.b(c)[d]+"));
  assert.ok(!matchesGlob("aXb", "a.b"));
});

test("a match agrees with the equivalent regular expression", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 12 });
  fc.assert(
    fc.property(letters, letters, (text, pattern) => {
      const expression = new RegExp(`^${pattern.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`);
      assert.equal(matchesGlob(text, pattern), expression.test(text));
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test("a pattern with many stars doesn't take exponential time", () => {
  const start = performance.now();
  assert.ok(!matchesGlob("a".repeat(10_000), `${"*a".repeat(50)}*b`));
  assert.ok(performance.now() - start < 1000);
});
