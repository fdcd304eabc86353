import assert from "node:assert/strict";
import ts from "typescript";
import { test } from "vitest";
import { namesOf } from "../../../src/kernel/compiler/names";

const names = (code: string) => namesOf(ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest));
const declared = (code: string) => Object.fromEntries(names(code).declared);

test("declarations are constants, variables or types", () => {
  assert.deepEqual(declared("const a = 1; let b = 2; var c; function d() {} class E {} interface F {} type G = 1;"), {
    a: "constant",
    b: "variable",
    c: "variable",
    d: "constant",
    E: "constant",
    F: "type",
    G: "type",
  });
});

test("patterns declare each of their names", () => {
  assert.deepEqual(Object.keys(declared("const { a, b: [c, ...d], e = 1 } = f;")), ["a", "c", "d", "e"]);
});

test("names inside functions and blocks aren't declared, but a var in a block is", () => {
  assert.deepEqual(declared("{ let a; var b; } function f() { var c; }"), { b: "variable", f: "constant" });
});

test("the specifiers of imports are listed", () => {
  const { imports } = names('import a from "a"; const b = require("b"); await import("c");');
  assert.deepEqual([...imports].sort(), ["a", "b", "c"]);
});
