"use strict";

/** A step shorter than this prints nothing. */
const MIN_SHOWN_MS = 2000;
/** Without a terminal, a long step prints a line this often. */
const PLAIN_LINE_MS = 30_000;

const running = new Set();
let timer;

async function step(title, work) {
  const self = { title, detail: "", started: Date.now(), lastPrintedMs: 0 };
  running.add(self);
  timer ??= setInterval(process.stderr.isTTY ? redraw : printDueLines, 250);
  try {
    const result = await work({ note: (text) => (self.detail = text) });
    finish(self);
    if (elapsed(self) >= MIN_SHOWN_MS) print(`${title}: done in ${seconds(self)} s`);
    return result;
  } catch (error) {
    finish(self);
    throw error;
  }
}

function finish(self) {
  running.delete(self);
  if (running.size > 0) return;
  clearInterval(timer);
  timer = undefined;
  clearLine();
}

/** On a terminal: one line, rewritten again and again, with all running steps. */
function redraw() {
  const steps = [...running].filter((one) => elapsed(one) >= 500);
  if (steps.length === 0) return;
  const text = steps.map(describe).join("  |  ");
  process.stderr.write(`\r\x1b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
}

/** Elsewhere (a log file, CI): a line once a step takes long, then another every half minute. */
function printDueLines() {
  for (const one of running) {
    const due = one.lastPrintedMs === 0 ? MIN_SHOWN_MS : one.lastPrintedMs + PLAIN_LINE_MS;
    if (elapsed(one) < due) continue;
    print(describe(one));
    one.lastPrintedMs = elapsed(one);
  }
}

function describe(one) {
  return `${one.title} ... ${one.detail ? `${one.detail}, ` : ""}${seconds(one)} s`;
}

function print(text) {
  clearLine();
  process.stderr.write(`${text}\n`);
}

function clearLine() {
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[2K");
}

function elapsed(one) {
  return Date.now() - one.started;
}

function seconds(one) {
  return Math.round(elapsed(one) / 1000);
}

module.exports = { step };
