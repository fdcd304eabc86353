import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { PARAMETERS, shareVariables } from "../../../src/kernel/compiler/shared-variables";

const share = (code: string, ...names: string[]) =>
  shareVariables(code, {
    names: new Set(names),
    scope: "cells",
    parameters: PARAMETERS,
    isCell: (specifier) => specifier.startsWith("./__cell"),
  });
const text = (code: string, ...names: string[]): string => share(code, ...names).text.trim();

describe("shareVariables", () => {
  test("declarations become assignments to properties", () => {
    assert.equal(text("let a = 1;", "a"), "cells.a = 1;");
    assert.equal(text("const { a, b: [c] } = a0;", "a", "c"), "({ a: cells.a, b: [cells.c] } = a0);");
    assert.equal(text("for (var i = 0; i < 3; i++) ;", "i"), "for (cells.i = 0; cells.i < 3; cells.i++)\n    ;");
    assert.equal(text("const own = 1;", "a"), "const own = 1;");
  });

  test("functions are there above the place where they are declared, and keep their names", () => {
    assert.equal(text("f();\nfunction f() { }", "f"), "cells.f = f;\n(0, cells.f)();\nfunction f() { }");
    assert.equal(text("const g = () => 1;", "g"), "const g = () => 1;\ncells.g = g;");
  });

  test("a scope's own names hide the shared ones", () => {
    assert.equal(text("(a) => a + b;", "a", "b"), "(a) => a + cells.b;");
    assert.equal(text("{\n    let a = 1;\n    a++;\n}\na++;", "a"), "{\n    let a = 1;\n    a++;\n}\ncells.a++;");
    assert.equal(text("x = { a, b: a.a };", "a", "x"), "cells.x = { a: cells.a, b: cells.a.a };");
  });

  test("a cell is asynchronous if it awaits at its top, not in a function", () => {
    assert.equal(share("await x;").isAsync, true);
    assert.equal(share("async () => await x;").isAsync, false);
    assert.equal(share("for await (const y of x) ;").isAsync, true);
    assert.equal(text("await x;"), "await __await(x);");
  });

  test("imports are loaded in order; those of other cells are for the checker alone", () => {
    assert.equal(text('import { a } from "./__cell_1__";\na;', "a"), "cells.a;");
    assert.equal(
      text('import d, { x as y } from "node:fs";', "d", "y"),
      'const fs_0 = await __load("node:fs");\ncells.d = __default(fs_0);\ncells.y = fs_0.x;',
    );
    assert.equal(text('import("x"); import.meta.url;'), '__import("x");\n__meta.url;');
  });
});
