import assert from "node:assert/strict";
import { afterEach, beforeEach, test, vi } from "vitest";
import type { Header } from "../../../src/kernel/protocol";
import { StreamBatcher } from "../../../src/kernel/wire/stream-batcher";

const FIRST = { msg_id: "first" } as Header;
const SECOND = { msg_id: "second" } as Header;
let published: [parent: string | undefined, name: string, text: string][];
let batcher: StreamBatcher;

beforeEach(() => {
  vi.useFakeTimers();
  published = [];
  batcher = new StreamBatcher((parent, name, text) => published.push([parent?.msg_id, name, text]));
});
afterEach(() => {
  vi.useRealTimers();
});

test("text that is written in a burst is published as one message, soon", () => {
  for (const text of ["a", "b", "c"]) batcher.write(FIRST, "stdout", text);
  assert.deepEqual(published, []);
  vi.advanceTimersByTime(50);
  assert.deepEqual(published, [["first", "stdout", "abc"]]);
});

test("another stream or another cell starts another message, in the order of writing", () => {
  batcher.write(FIRST, "stdout", "a");
  batcher.write(FIRST, "stderr", "b");
  batcher.write(SECOND, "stderr", "c");
  batcher.write(undefined, "stderr", "d");
  batcher.flush();
  assert.deepEqual(published, [
    ["first", "stdout", "a"],
    ["first", "stderr", "b"],
    ["second", "stderr", "c"],
    [undefined, "stderr", "d"],
  ]);
});

test("a lot of text doesn't wait", () => {
  batcher.write(FIRST, "stdout", "x".repeat(1 << 15));
  assert.equal(published.length, 1);
});

test("empty text isn't published, and no text is published twice", () => {
  batcher.flush();
  batcher.write(FIRST, "stdout", "");
  vi.advanceTimersByTime(50);
  batcher.write(FIRST, "stdout", "a");
  batcher.flush();
  batcher.flush();
  vi.advanceTimersByTime(50);
  assert.deepEqual(published, [["first", "stdout", "a"]]);
});
