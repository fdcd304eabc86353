import assert from "node:assert/strict";
import { test } from "vitest";
import { headlineOf } from "../../src/notebooks/headline";
import type { Cell, Notebook, Output } from "../../src/notebooks/notebook";
import { notebookOf } from "./workspace";

function endingWith(...outputs: Output[]): Notebook {
  const { cells, ...rest } = notebookOf(["1", "2"]);
  const printed: Output = { output_type: "stream", name: "stdout", text: "earlier cell: 1" };
  return { ...rest, cells: [cells[0], { ...cells[1], outputs: [printed] }, { ...cells[2], outputs }] };
}

function stdout(text: string): Output {
  return { output_type: "stream", name: "stdout", text };
}

test("headlineOf finds the last name and number that the last code cell printed", () => {
  for (const line of ["test accuracy: 98.71 %", "parameters: 288,266", "loss: 1.2e-5", "change: −3.5 ms"]) {
    assert.equal(headlineOf(endingWith(stdout(`test loss: 0.04\n${line}\ndone\n`))), line);
  }
});

test("headlineOf also reads a returned text", () => {
  const result: Output = { output_type: "execute_result", data: { "text/plain": ["test accuracy: 98.71 %"] } };
  assert.equal(headlineOf(endingWith(result)), "test accuracy: 98.71 %");
});

test("headlineOf ignores prose, displays and earlier cells", () => {
  const display: Output = { output_type: "display_data", data: { "text/plain": "epochs: 3" } };
  assert.equal(headlineOf(endingWith(stdout("row 17: 1 · 2 + 3 = 5\nx axis: class 7"), display)), "");
  assert.equal(headlineOf(endingWith()), "");
});

test("headlineOf skips the cells for the reader's own code", () => {
  const notebook = endingWith(stdout("test accuracy: 98.71 %"));
  const own: Cell = { ...notebook.cells[2], id: "your-turn-1", outputs: [stdout("loss: 1")] };
  assert.equal(headlineOf({ ...notebook, cells: [...notebook.cells, own] }), "test accuracy: 98.71 %");
});
