import assert from "node:assert/strict";
import { test } from "vitest";
import { setDisplaySink } from "../../../src/helpers/display";
import { show, showLive } from "../../../src/helpers/show";
import { displaySink } from "../../../src/helpers/show/current-sink";
import { terminalSink } from "../../../src/helpers/show/terminal-sink";
import { displayModule } from "../../../src/kernel/session/tslab";

type Message = {
  content: { data: Record<string, unknown>; metadata: object; transient: { display_id?: string } };
  update: boolean;
};

// The module that every tslab kernel has loaded. While a cell runs it holds the function that writes display messages.
const jupyter = require(displayModule()) as {
  lastWriteDisplayData: ((content: Message["content"], update: boolean) => void) | null;
};

test("where tslab is loaded but no cell has run, outputs go to the terminal", () => {
  assert.equal(jupyter.lastWriteDisplayData, null);
  assert.equal(displaySink(), terminalSink);
});

test("in a kernel, outputs are display_data messages of the cell that asked for them", async () => {
  const [first, second]: [Message[], Message[]] = [[], []];
  try {
    jupyter.lastWriteDisplayData = (content, update) => first.push({ content, update });
    await show("one");
    const live = await showLive("two");
    jupyter.lastWriteDisplayData = (content, update) => second.push({ content, update });
    await live.update("three");
    await show("four");
  } finally {
    jupyter.lastWriteDisplayData = null;
  }
  const id = first[1].content.transient.display_id;
  assert.ok(id);
  assert.deepEqual(first, [
    { content: { data: { "text/plain": "one" }, metadata: {}, transient: {} }, update: false },
    { content: { data: { "text/plain": "two" }, metadata: {}, transient: { display_id: id } }, update: false },
    { content: { data: { "text/plain": "three" }, metadata: {}, transient: { display_id: id } }, update: true },
  ]);
  assert.deepEqual(second, [
    { content: { data: { "text/plain": "four" }, metadata: {}, transient: {} }, update: false },
  ]);
});

test("a sink that was set takes precedence over the kernel", async () => {
  const texts: string[] = [];
  try {
    jupyter.lastWriteDisplayData = () => assert.fail("the kernel got it");
    setDisplaySink({ display: (bundle) => texts.push(bundle["text/plain"]) });
    await show("here");
  } finally {
    setDisplaySink(undefined);
    jupyter.lastWriteDisplayData = null;
  }
  assert.deepEqual(texts, ["here"]);
});
