import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeEach, test } from "vitest";
import { CellHistory } from "../../../src/kernel/wire/cell-history";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "history-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
let file: string;
beforeEach(() => {
  file = path.join(fs.mkdtempSync(path.join(folder, "test-")), "below", "history.jsonl");
});

/** A session in which these cells ran. */
function session(...cells: string[]): CellHistory {
  const history = new CellHistory(() => file);
  cells.forEach((cell, index) => history.add(index + 1, cell)(`result of ${cell}`));
  return history;
}

const answer = (history: CellHistory, request: object) =>
  (history.answer({ ...request }) as { history: unknown[] }).history;

test("the tail covers earlier sessions, oldest first", () => {
  session("a", "b");
  const history = session("c");
  assert.deepEqual(answer(history, { hist_access_type: "tail", n: 2 }), [
    [1, 2, "b"],
    [2, 1, "c"],
  ]);
  assert.deepEqual(answer(history, { hist_access_type: "tail", n: 0 }), []);
});

test("results are there if they are asked for", () => {
  const history = session("a");
  assert.deepEqual(answer(history, { hist_access_type: "tail", output: true, n: 1 }), [[1, 1, ["a", "result of a"]]]);
  history.add(2, "still running");
  assert.deepEqual(answer(history, { hist_access_type: "tail", output: true, n: 1 }), [
    [1, 2, ["still running", null]],
  ]);
});

test("a range counts sessions from the first one, or back from this one", () => {
  session("a", "b", "c");
  const history = session("d");
  const range = (request: object) => answer(history, { hist_access_type: "range", ...request });
  assert.deepEqual(range({ session: 0 }), [[2, 1, "d"]]);
  assert.deepEqual(range({ session: 1, start: 2, stop: 3 }), [[1, 2, "b"]]);
  assert.deepEqual(range({ session: -1, start: 2 }), [
    [1, 2, "b"],
    [1, 3, "c"],
  ]);
});

test("a search takes a glob, and keeps the latest of equal cells if asked", () => {
  const history = session("let a", "b", "let a", "let c");
  const search = (request: object) => answer(history, { hist_access_type: "search", pattern: "let*", ...request });
  assert.equal(search({}).length, 3);
  assert.deepEqual(search({ unique: true }), [
    [1, 3, "let a"],
    [1, 4, "let c"],
  ]);
  assert.deepEqual(search({ n: 1 }), [[1, 4, "let c"]]);
  assert.throws(() => search({ pattern: "*".repeat(10_001) }), /"pattern": expected at most 10000 characters/);
});

test("an unknown kind of request is rejected", () => {
  assert.throws(
    () => session().answer({ hist_access_type: "all" }),
    /expected "tail", "range" or "search", found "all"/,
  );
});

test("damaged lines of the file are ignored", () => {
  session("a");
  fs.appendFileSync(file, 'not JSON\n{"session": 1}\n{"session":1,"line":2,"input":"b"}\n');
  assert.deepEqual(answer(session(), { hist_access_type: "tail" }), [
    [1, 1, "a"],
    [1, 2, "b"],
  ]);
});

test("only the user can read the file", () => {
  session("a");
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
});

test("without a file the history covers this session", () => {
  const history = new CellHistory(() => {
    throw new Error("no home");
  });
  history.add(1, "a")(undefined);
  assert.deepEqual(answer(history, { hist_access_type: "tail" }), [[1, 1, "a"]]);
});
