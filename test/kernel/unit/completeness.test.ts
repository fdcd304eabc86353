import assert from "node:assert/strict";
import { test } from "vitest";
import { isComplete } from "../../../src/kernel/compiler/completeness";

const COMPLETE = { status: "complete" };
const INVALID = { status: "invalid" };
const incomplete = (indent: string) => ({ status: "incomplete", indent });

test("whole statements are complete", () => {
  for (const code of ["", "1 + 1", "const a = 1;", "if (a) { b(); }", "await f()", "const x = <b>1</b>;"]) {
    assert.deepEqual(isComplete(code), COMPLETE, code);
  }
});

test("type assertions in angle brackets are complete, although they aren't JSX", () => {
  assert.deepEqual(isComplete("const a = <number>b;"), COMPLETE);
});

test("code that ends too early is incomplete, and an opening bracket indents the next line", () => {
  assert.deepEqual(isComplete("function f() {"), incomplete("  "));
  assert.deepEqual(isComplete("  if (a) {"), incomplete("    "));
  assert.deepEqual(isComplete("const f = () =>"), incomplete("  "));
  assert.deepEqual(isComplete("const a ="), incomplete(""));
  assert.deepEqual(isComplete("f(1,\n  2,"), incomplete("  "));
});

test("an open comment or template is incomplete wherever it starts", () => {
  assert.deepEqual(isComplete("/* one\ntwo"), incomplete(""));
  assert.deepEqual(isComplete("const a = `one\ntwo"), incomplete(""));
});

test("an error that more text can't repair is invalid", () => {
  assert.deepEqual(isComplete("const = 1;"), INVALID);
  assert.deepEqual(isComplete("f(]);"), INVALID);
});

test("two line ends ask for a run, whatever the code", () => {
  assert.deepEqual(isComplete("function f() {\n\n"), COMPLETE);
});
