import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test, vi } from "vitest";
import { SetupError } from "../../../src/setup/bootstrap/errors.cjs";
import { update } from "../../../src/setup/update/update";

const today = new Date().toISOString().slice(0, 10);
let folder: string;
/** Where the authors work, and where the reader does. */
let authors: string;
let reader: string;
let said: string[];

const git = (cwd: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=A", "-c", "user.email=a@example.org", ...args], { cwd, encoding: "utf8" });
const write = (root: string, file: string, text: string): void => fs.writeFileSync(path.join(root, file), text);
const read = (file: string): string => fs.readFileSync(path.join(reader, file), "utf8");
const publish = (changes: Record<string, string>): void => {
  for (const [file, text] of Object.entries(changes)) write(authors, file, text);
  git(authors, "add", "-A");
  git(authors, "commit", "-qm", "A change");
  git(authors, "push", "-q");
};

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "update of a ünicode folder "));
  git(folder, "init", "-q", "--bare", "-b", "main", "origin.git");
  authors = path.join(folder, "authors");
  reader = path.join(folder, "reader");
  git(folder, "clone", "-q", "origin.git", "authors");
  git(authors, "checkout", "-qb", "main");
  fs.mkdirSync(path.join(authors, "notebooks"));
  write(authors, ".gitignore", "notebooks/yours/\n");
  write(authors, "notebooks/04-load.ipynb", "load 1");
  write(authors, "notebooks/05-preprocess.ipynb", "preprocess 1");
  write(authors, "helper.ts", "helper 1");
  git(authors, "add", "-A");
  git(authors, "commit", "-qm", "The first version");
  git(authors, "push", "-q", "-u", "origin", "main");
  git(folder, "clone", "-q", "origin.git", "reader");
  said = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void said.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  fs.rmSync(folder, { recursive: true, force: true });
});

test("git pull alone refuses after a notebook has been run", () => {
  write(reader, "notebooks/04-load.ipynb", "load 1, run");
  publish({ "notebooks/04-load.ipynb": "load 2" });
  assert.throws(
    () => execFileSync("git", ["pull", "-q"], { cwd: reader, stdio: "pipe", env: { ...process.env, LC_ALL: "C" } }),
    /overwritten/,
  );
});

test("an update keeps the reader's notebooks: beside the new version, or in place if there is none", async () => {
  write(reader, "notebooks/04-load.ipynb", "load 1, run");
  write(reader, "notebooks/05-preprocess.ipynb", "preprocess 1, edited");
  write(reader, "notebooks/99-mine.ipynb", "a notebook of the reader's own");
  publish({ "notebooks/04-load.ipynb": "load 2", "helper.ts": "helper 2" });
  assert.equal(await update(reader), 0);
  assert.equal(read("notebooks/04-load.ipynb"), "load 2");
  assert.equal(read(`notebooks/yours/04-load-${today}.ipynb`), "load 1, run");
  assert.equal(read("notebooks/05-preprocess.ipynb"), "preprocess 1, edited");
  assert.equal(read("notebooks/99-mine.ipynb"), "a notebook of the reader's own");
  assert.equal(read("helper.ts"), "helper 2");
  assert.deepEqual(fs.readdirSync(path.join(reader, "notebooks/yours")), [`04-load-${today}.ipynb`]);
  assert.deepEqual(said, [
    "Updated: 1 change.",
    `notebooks/04-load.ipynb is new; yours is notebooks/yours/04-load-${today}.ipynb.`,
  ]);

  // Once more on the same day.
  write(reader, "notebooks/04-load.ipynb", "load 2, run");
  publish({ "notebooks/04-load.ipynb": "load 3" });
  await update(reader);
  assert.equal(read(`notebooks/yours/04-load-${today}.ipynb`), "load 1, run");
  assert.equal(read(`notebooks/yours/04-load-${today}-2.ipynb`), "load 2, run");
});

test("without an update nothing changes", async () => {
  write(reader, "notebooks/04-load.ipynb", "load 1, run");
  assert.equal(await update(reader), 0);
  assert.equal(read("notebooks/04-load.ipynb"), "load 1, run");
  assert.deepEqual(said, ["The workbook is up to date."]);
  assert.ok(!fs.existsSync(path.join(reader, "notebooks/yours")));
});

test("when git can't pull, everything stays as it was, and the message says why", async () => {
  const failsWith = async (...patterns: RegExp[]): Promise<void> => {
    write(reader, "notebooks/04-load.ipynb", "load 1, run");
    await assert.rejects(update(reader), (error: unknown) => {
      assert.ok(error instanceof SetupError);
      for (const pattern of patterns) assert.match(error.message, pattern);
      return true;
    });
    assert.equal(read("notebooks/04-load.ipynb"), "load 1, run");
    assert.ok(!fs.existsSync(path.join(reader, "notebooks/yours")));
  };
  write(reader, "helper.ts", "helper of the reader's own");
  publish({ "helper.ts": "helper 2" });
  await failsWith(/other files that the update changes/, /git pull --rebase/);
  assert.equal(read("helper.ts"), "helper of the reader's own");

  fs.renameSync(path.join(folder, "origin.git"), path.join(folder, "moved.git"));
  await failsWith(/To do:/);
});

test("a folder that isn't a clone can't be updated", async () => {
  fs.rmSync(path.join(reader, ".git"), { recursive: true });
  await assert.rejects(update(reader), /isn't a git clone/);
});
