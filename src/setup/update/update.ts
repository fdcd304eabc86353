import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { writeAtomically } from "../../shared/atomic-write";
import { ROOT } from "../../shared/paths";
import { SetupError, causeOf } from "../bootstrap/errors.cjs";

/** Where the reader's versions of updated notebooks go; git ignores it. */
const KEPT = path.join("notebooks", "yours");

/**
 * `npm run update`: brings the newest version of the workbook and keeps the reader's work. A notebook that the reader
 * has run or edited stays as it is, unless the update changes it too: then the new version takes its place, and the
 * reader's is kept in `notebooks/yours/`.
 *
 * Nothing is lost if this is stopped at any moment: the reader's versions are copied first.
 *
 * @param root the checkout
 * @returns the exit code
 * @throws SetupError if it isn't a git clone, or git can't pull
 */
export async function update(root: string = ROOT): Promise<number> {
  const git = async (...args: string[]): Promise<string> => {
    // Messages in English, and no question that nobody answers.
    const env = { ...process.env, LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" };
    const { stdout } = await promisify(execFile)("git", args, { cwd: root, encoding: "utf8", env });
    return stdout;
  };
  await requireClone(git);
  const before = (await git("rev-parse", "HEAD")).trim();
  const changed = await changedNotebooks(git);
  const copies = changed.map((file) => ({ file, copy: keep(root, file) }));
  const restore = (kept: typeof copies): void => {
    for (const { file, copy } of kept) {
      writeAtomically(path.join(root, file), fs.readFileSync(path.join(root, copy)));
      fs.rmSync(path.join(root, copy));
    }
    removeIfEmpty(path.join(root, KEPT));
  };
  try {
    if (changed.length > 0) await git("checkout", "HEAD", "--", ...changed);
    await git("pull", "--ff-only", "--quiet");
  } catch (error) {
    restore(copies);
    throw pullError(error);
  }
  const updated = new Set(await lines(git, "diff", "--name-only", "-z", before, "HEAD"));
  restore(copies.filter(({ file }) => !updated.has(file)));
  report(await lines(git, "log", "-z", "--format=%s", `${before}..HEAD`), copies, updated);
  return 0;
}

type Git = (...args: string[]) => Promise<string>;

async function requireClone(git: Git): Promise<void> {
  const remedy = "clone the workbook with git, and copy your notebooks into the clone";
  try {
    await git("rev-parse", "--verify", "HEAD");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new SetupError(
      "The workbook can't be updated.",
      missing ? "git isn't installed" : "this folder isn't a git clone",
      missing ? "install git, then run npm run update again" : remedy,
    );
  }
}

/** Notebooks under version control that the reader has changed. */
async function changedNotebooks(git: Git): Promise<string[]> {
  const changed = await lines(git, "diff", "--name-only", "-z", "--diff-filter=M", "HEAD", "--", "notebooks");
  return changed.filter((file) => file.endsWith(".ipynb"));
}

async function lines(git: Git, ...args: string[]): Promise<string[]> {
  return (await git(...args)).split("\0").filter((line) => line !== "");
}

/** Copies a notebook to a name that isn't taken. Returns the copy's path in the checkout. */
function keep(root: string, file: string): string {
  const day = new Date().toISOString().slice(0, 10);
  const name = path.basename(file, ".ipynb");
  for (let number = 1; ; number++) {
    const copy = path.join(KEPT, `${name}-${day}${number === 1 ? "" : `-${number}`}.ipynb`);
    if (fs.existsSync(path.join(root, copy))) continue;
    writeAtomically(path.join(root, copy), fs.readFileSync(path.join(root, file)));
    return copy;
  }
}

function removeIfEmpty(folder: string): void {
  if (fs.existsSync(folder) && fs.readdirSync(folder).length === 0) fs.rmdirSync(folder);
}

function pullError(error: unknown): SetupError {
  const output = (error as { stderr?: string }).stderr?.trim() || (error as Error).message;
  const what = "The workbook couldn't be updated; your notebooks are as they were.";
  if (/would be overwritten|Not possible to fast-forward|divergent/i.test(output)) {
    return new SetupError(
      what,
      "you have changed other files that the update changes, or have commits of your own",
      "commit your changes, then run: git pull --rebase",
    );
  }
  if (/no tracking information|No remote|does not appear to be a git repository/i.test(output))
    return new SetupError(what, "git doesn't know where to pull from", "run: git branch --set-upstream-to=origin/main");
  const isOffline = /Could not resolve host|unable to access|Could not read from remote/i.test(output);
  const cause = isOffline ? undefined : causeOf(output);
  return new SetupError(
    what,
    isOffline ? "the server with the workbook can't be reached" : (cause?.why ?? output.split("\n").at(-1) ?? ""),
    isOffline ? "check the network, then run npm run update again" : (cause?.remedy ?? "see what `git pull` says"),
  );
}

function report(subjects: string[], copies: { file: string; copy: string }[], updated: ReadonlySet<string>): void {
  if (subjects.length === 0) return console.log("The workbook is up to date.");
  console.log(`Updated: ${subjects.length} ${subjects.length === 1 ? "change" : "changes"}.`);
  for (const { file, copy } of copies) if (updated.has(file)) console.log(`${file} is new; yours is ${copy}.`);
}
