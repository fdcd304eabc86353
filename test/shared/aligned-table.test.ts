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
      { rightAligned: [1] },
    ),
    "name   n\na     10\nb      5",
  );
});

test("a wide character counts as two columns", () => {
  assert.equal(
    alignedTable([
      ["한국", "n"],
      ["abcd", "1"],
    ]),
    "한국  n\nabcd  1",
  );
});

test("a line can separate the header", () => {
  assert.equal(
    alignedTable(
      [
        ["ab", "n"],
        ["c", "1"],
      ],
      { ruled: true },
    ),
    "ab  n\n──  ─\nc   1",
  );
});
