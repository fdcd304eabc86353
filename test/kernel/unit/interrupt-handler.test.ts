import assert from "node:assert/strict";
import { test } from "vitest";
import type { Shared } from "../../../src/kernel/protocol";
import { Cell } from "../../../src/kernel/session/cell";
import { InterruptHandler } from "../../../src/kernel/session/interrupt-handler";

const shared = (): Shared => new Int32Array(new SharedArrayBuffer(16));

test("a timer that is due when its cell is interrupted doesn't fire any more", () => {
  const cell = new Cell(1, 1);
  new InterruptHandler(shared(), () => {}).handleInterrupt(1, new Set([cell]));
  assert.ok(cell.halted, "without a turn of the event loop in between");
});

test("a cell that listens for the interrupt keeps its timers until it has stopped", () => {
  const cell = new Cell(1, 1);
  cell.signal.addEventListener("abort", () => {});
  new InterruptHandler(shared(), () => {}).handleInterrupt(1, new Set([cell]));
  assert.ok(cell.interrupted);
  assert.equal(cell.halted, false);
});
