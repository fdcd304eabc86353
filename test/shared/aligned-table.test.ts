import assert from "node:assert/strict";
import { test } from "vitest";
import { alignedTable } from "../../src/shared/aligned-table";

test("columns are as wide as their widest cell, and no line ends in spaces", () => {
  assert.equal(
    alignedTable([
      ["name", "n"],
      ["a", "10"],
      ["longest", ""],
    ]),
    "name     n\na        10\nlongest",
  );
});

test("numbers can be aligned to the right", () => {
  assert.equal(
    alignedTable(
      [
        ["name", "n"],
        ["a", "10"],
        ["b", "5"],
      ],
      [1],
    ),
    "name   n\na     10\nb      5",
  );
});
