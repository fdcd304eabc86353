"use strict";

/** A step shorter than this (milliseconds) is not worth a line. */
const QUIET = 2000;
/** Without a terminal, a line each so many milliseconds shows that a long step is alive. */
const SIGN_OF_LIFE = 30_000;

const running = new Set();
let timer;

async function step(title, work) {
  const self = { title, detail: "", started: Date.now(), spoken: 0 };
  running.add(self);
  timer ??= setInterval(process.stderr.isTTY ? redraw : speak, 250);
  try {
    const result = await work({ note: (text) => (self.detail = text) });
    finish(self);
    if (elapsed(self) >= QUIET) say(`${title}: done in ${seconds(self)} s`);
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

/** On a terminal: one line, written over and over, with every step that is running. */
function redraw() {
  const steps = [...running].filter((one) => elapsed(one) >= 500);
  if (steps.length === 0) return;
  const text = steps.map(describe).join("  |  ");
  process.stderr.write(`\r\x1b[2K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
}

/** Elsewhere (a log file, CI): a line when a step turns out long, and now and then another. */
function speak() {
  for (const one of running) {
    const due = one.spoken === 0 ? QUIET : one.spoken + SIGN_OF_LIFE;
    if (elapsed(one) < due) continue;
    say(describe(one));
    one.spoken = elapsed(one);
  }
}

function describe(one) {
  return `${one.title} ... ${one.detail ? `${one.detail}, ` : ""}${seconds(one)} s`;
}

function say(text) {
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
