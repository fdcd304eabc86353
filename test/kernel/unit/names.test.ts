import assert from "node:assert/strict";
import ts from "typescript";
import { describe, test } from "vitest";
import { namesOf } from "../../../src/kernel/compiler/names";

const names = (code: string) => namesOf(ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest));

describe("namesOf", () => {
  test("finds every kind of declaration, and what other cells may assign", () => {
    const { declared } = names(
      "let a = 1; var [b, { c }] = d; const e = 2; function f() {} class G {} enum H {} " +
        'namespace I {} interface J {} type K = 1; import L, { type M, n as o } from "x"; ' +
        'import * as P from "y"; import type Q from "z"',
    );
    assert.deepEqual(Object.fromEntries(declared), {
      ...{ a: "variable", b: "variable", c: "variable", e: "constant", f: "constant", G: "constant", H: "constant" },
      ...{ I: "constant", J: "type", K: "type", L: "constant", M: "type", o: "constant", P: "constant", Q: "type" },
    });
  });

  test("counts a `var` in a block or a loop, but not one in a function", () => {
    const { declared } = names("for (var i = 0; ;) { var j = 1 } function f() { var k = 1 } (() => { var l })()");
    assert.deepEqual([...declared.keys()].sort(), ["f", "i", "j"]);
  });

  test("finds used names, and not those of properties", () => {
    const { used } = names("const a = b.c({ d: e, f }); const g: H.I = { j() { return k } }");
    assert.deepEqual([...used].sort(), ["H", "b", "e", "f", "k"]);
  });

  test("knows what the text exports itself, and where it adds to types of others", () => {
    const { exported } = names("export const a = 1; const b = 2, c = 3; export { b, c as d }");
    assert.deepEqual([...exported], ["a", "b"]);
    assert.equal(names("declare global { var x: number }").augments, true);
    assert.equal(names('import "x"').augments, true);
    assert.equal(names('import { x } from "x"').augments, false);
  });

  test("finds the specifiers of all imports", () => {
    const { imports } = names(
      'import "a"; export * from "b"; await import("c"); require("d"); import e = require("e")',
    );
    assert.deepEqual([...imports].sort(), ["a", "b", "c", "d", "e"]);
  });
});
