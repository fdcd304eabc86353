import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "vitest";
import { lintNotebook } from "../../src/notebooks/lint";
import { readNotebook } from "../../src/notebooks/notebook";
import { KERNEL_NAME } from "../../src/shared/paths";
import { listNotebooks, nameOf } from "../../src/shared/series";
import { runSeries } from "./series";

const notebooks = listNotebooks();
const series = notebooks.map((file) => path.basename(file));

describe("the notebooks of the series", () => {
  test("exist", () => {
    assert.notEqual(notebooks.length, 0);
  });

  for (const file of notebooks) {
    test(`${nameOf(file)} passes the notebook linter`, () => {
      assert.deepEqual(lintNotebook(file, readNotebook(file), fs.statSync(file).size, series), []);
    });
  }
});

runSeries(KERNEL_NAME, { solutions: true });
