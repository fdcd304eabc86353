import assert from "node:assert/strict";
import { test } from "vitest";
import { serialize, truncate } from "../../../src/kernel/session/serialize";

test("an object becomes JSON", () => {
  assert.equal(serialize({ text: "é", n: 1 }, "a result"), '{"text":"é","n":1}');
});

test("half of a surrogate pair becomes U+FFFD, but a whole pair and an escape in the text don't change", () => {
  assert.deepEqual(JSON.parse(serialize({ text: "a\ud83db" }, "a result")), { text: "a\ufffdb" });
  assert.deepEqual(JSON.parse(serialize({ text: "😀" }, "a result")), { text: "😀" });
  assert.deepEqual(JSON.parse(serialize({ text: "\\ud83d" }, "a result")), { text: "\\ud83d" });
});

test("what JSON can't represent is rejected with a reason", () => {
  const circle: { self?: object } = {};
  circle.self = circle;
  assert.throws(
    () => serialize(circle, "a result"),
    /^TypeError: a result: expected values that JSON can represent.*circular/,
  );
  assert.throws(() => serialize({ n: 1n }, "a result"), /BigInt/);
  assert.throws(() => serialize([], "a result"), /a result: expected a JSON object, found \[\]/);
  assert.throws(() => serialize({ toJSON: () => undefined }, "a result"), /expected a JSON object, found undefined/);
});

test("more than 100 MB is rejected", () => {
  assert.throws(
    () => serialize({ text: "x".repeat(100e6) }, "a result"),
    /^RangeError: a result: expected at most 100 MB/,
  );
});

test("long text is cut, with a note of how much is missing", () => {
  assert.equal(truncate("abc", 3), "abc");
  assert.equal(truncate("abcdef", 3), "abc… (3 more characters)");
});
