import assert from "node:assert/strict";
import { test } from "vitest";
import { integerField, stringField } from "../../../src/kernel/wire/request-fields";

test("a field of the right type is returned", () => {
  assert.equal(stringField({ code: "" }, "code"), "");
  assert.equal(integerField({ cursor_pos: 0 }, "cursor_pos"), 0);
});

test("any other field is rejected with its name and its value", () => {
  assert.throws(() => stringField({ code: 1 }, "code"), /"code": expected a string, found 1\./);
  assert.throws(() => stringField({}, "code"), /"code": expected a string, found undefined\./);
  assert.throws(() => integerField({ n: 1.5 }, "n"), /"n": expected an integer, found 1\.5\./);
  assert.throws(() => integerField({ n: "1" }, "n"), /"n": expected an integer, found "1"\./);
});
