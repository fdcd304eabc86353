import assert from "node:assert/strict";
import { test } from "vitest";
import { metadataOf } from "../../../src/kernel/compiler/metadata";

test("a plain cell has no metadata", () => {
  assert.deepEqual(metadataOf("const a = 1;"), { module: undefined, jsx: false, jsxFactory: undefined, pragmas: "" });
});

test("a doc comment at the top can make the cell a module", () => {
  assert.equal(metadataOf("/** @module util */\nexport const a = 1;").module, "util");
  assert.equal(metadataOf("// A title\n/**\n * @module util\n */\nexport const a = 1;").module, "util");
});

test("a doc comment at the top can turn on JSX and name its factory", () => {
  const { jsx, jsxFactory, pragmas } = metadataOf("/** @jsx h */\nconst a = <b />;");
  assert.deepEqual({ jsx, jsxFactory, pragmas }, { jsx: true, jsxFactory: "h", pragmas: "/** @jsx h */" });
  assert.deepEqual(metadataOf("/** @jsx */").jsxFactory, undefined);
  assert.ok(metadataOf("/** @jsx */").jsx);
});

test("other comments, and those below the first code, mean nothing", () => {
  assert.equal(metadataOf("/* @module util */ const a = 1;").module, undefined);
  assert.equal(metadataOf("const a = 1;\n/** @module util */").module, undefined);
});
