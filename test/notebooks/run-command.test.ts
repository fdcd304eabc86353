import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import { describe, test } from "vitest";
import type { Notebook } from "../../src/notebooks/notebook";
import { ROOT } from "../../src/shared/paths";
import { isRunning } from "../../src/shared/process-tree.cjs";
import { makeFolder, notebookOf, writeNotebook } from "./workspace";

const GOOD = [
  "const half = 0.5;",
  "console.log('one'); console.log('two');",
  "console.log(`test accuracy: ${half * 100} %`);",
];
const BAD = ["const half = 0.5;", "// twice\nconst twice: string = half * 2;"];

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command on notebooks of the test's own, in a process of its own. */
function script(folder: string): string[] {
  const folders = JSON.stringify({ notebooks: folder, executed: path.join(folder, "executed") });
  const run = `require("./src/notebooks").runNotebooks(process.argv.slice(1), ${folders})`;
  const code = `${run}.then((code) => process.exitCode = code)`;
  return ["--require", "tsx/cjs", "--eval", code, "--"];
}

function runNotebooks(
  folder: string,
  args: readonly string[] = [],
  parameters: Record<string, string> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, ...parameters } };
    const child = execFile(process.execPath, [...script(folder), ...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

function makeSeries(name: string, notebooks: Record<string, readonly string[]>): string {
  const folder = makeFolder(name);
  for (const [file, cells] of Object.entries(notebooks)) writeNotebook(path.join(folder, file), notebookOf(cells));
  return folder;
}

describe("npm run notebooks", () => {
  test("prints a table of notebooks, cells, seconds and headlines, and saves copies and HTML", async () => {
    const folder = makeSeries("command-good", { "01-good.ipynb": GOOD, "02-plain.ipynb": ["const a = 1;"] });
    const before = fs.readFileSync(path.join(folder, "01-good.ipynb"), "utf8");
    const { code, stdout, stderr } = await runNotebooks(folder);
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^notebook +cells +seconds +headline\n01-good +3 +\d+\.\d +test accuracy: 50 %\n02-plain +1 +\d+\.\d$/m,
    );
    assert.match(fs.readFileSync(path.join(folder, "executed", "01-good.html"), "utf8"), /test accuracy: 50 %/);
    assert.match(fs.readFileSync(path.join(folder, "executed", "01-good.ipynb"), "utf8"), /test accuracy: 50 %/);
    assert.equal(
      fs.readFileSync(path.join(folder, "01-good.ipynb"), "utf8"),
      before,
      "without --save the notebook stays as it is",
    );
  });

  test("stops at the first failing cell and names notebook, cell, line, source and error", async () => {
    const folder = makeSeries("command-bad", { "01-bad.ipynb": BAD, "02-good.ipynb": GOOD });
    const { code, stdout, stderr } = await runNotebooks(folder);
    assert.equal(code, 1);
    assert.match(stderr, /01-bad\.ipynb, cell \[2\], line 2\n/);
    assert.match(stderr, /> +2 \| const twice: string = half \* 2;/);
    assert.match(stderr, /Type 'number' is not assignable to type 'string'/);
    assert.doesNotMatch(stdout, /02-good/);
    assert.equal(fs.existsSync(path.join(folder, "executed", "02-good.ipynb")), false);
  });

  test("runs the notebooks given by number or name, in series order", async () => {
    const folder = makeSeries("command-pick", {
      "01-bad.ipynb": BAD,
      "02-good.ipynb": GOOD,
      "03-plain.ipynb": ["const a = 1;"],
    });
    const { code, stdout } = await runNotebooks(folder, ["03", "02-good"]);
    assert.equal(code, 0);
    assert.match(stdout, /^02-good .*\n03-plain /m);
    assert.doesNotMatch(stdout, /01-bad/);
  });

  test("rejects unknown names, options and parameters before anything starts", async () => {
    const folder = makeSeries("command-refuse", { "01-good.ipynb": GOOD });
    const unknown = await runNotebooks(folder, ["07"]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /there is no notebook "07". There are:\n  01-good/);
    const option = await runNotebooks(folder, ["--sav"]);
    assert.equal(option.code, 2);
    assert.match(option.stderr, /unknown option --sav/);
    const parameter = await runNotebooks(folder, [], { EPOCHS: "many" });
    assert.equal(parameter.code, 2);
    assert.match(parameter.stderr, /EPOCHS: expected a whole number of at least 1, found "many"/);
    assert.equal(fs.existsSync(path.join(folder, "executed")), false);
  });

  test("names a file that isn't a notebook", async () => {
    const folder = makeFolder("command-broken");
    fs.writeFileSync(path.join(folder, "01-broken.ipynb"), "not JSON");
    const { code, stderr } = await runNotebooks(folder);
    assert.equal(code, 1);
    assert.match(stderr, /01-broken\.ipynb: expected a notebook, found invalid JSON/);
  });

  test("ends the kernel when it is killed", { timeout: 60_000 }, async () => {
    const folder = makeFolder("command-ended");
    const sources = [
      'import fs from "node:fs";\nfs.writeFileSync("pid", String(process.pid));\nawait new Promise(() => {});',
    ];
    writeNotebook(path.join(folder, "01-endless.ipynb"), notebookOf(sources));
    const child = spawn(process.execPath, script(folder), { cwd: ROOT, stdio: "ignore" });
    const pidFile = path.join(folder, "pid");
    await until(() => fs.existsSync(pidFile) && fs.readFileSync(pidFile, "utf8") !== "");
    const kernel = Number(fs.readFileSync(pidFile, "utf8"));
    assert.ok(isRunning(kernel));
    child.kill("SIGKILL");
    await once(child, "exit");
    await until(() => !isRunning(kernel));
  });
});

describe("npm run notebooks -- --save", () => {
  test("writes outputs that a second run doesn't change", async () => {
    const folder = makeSeries("command-save", {
      "01-good.ipynb": [...GOOD, 'import { display } from "tslab";\ndisplay.html("<b>bold</b>");'],
    });
    const file = path.join(folder, "01-good.ipynb");
    assert.equal((await runNotebooks(folder, ["--save"])).code, 0);
    const first = fs.readFileSync(file, "utf8");
    assert.equal((await runNotebooks(folder, ["--save"])).code, 0);
    assert.equal(fs.readFileSync(file, "utf8"), first);

    const { cells, metadata } = JSON.parse(first) as Notebook;
    const code = cells.filter((cell) => cell.cell_type === "code");
    assert.deepEqual(
      code.map((cell) => cell.execution_count),
      [1, 2, 3, 4],
    );
    assert.deepEqual(
      cells.map((cell) => cell.id),
      ["title", "code-1", "code-2", "code-3", "code-4"],
    );
    assert.deepEqual(code[1].outputs, [{ name: "stdout", output_type: "stream", text: ["one\n", "two\n"] }]);
    assert.deepEqual(metadata.kernelspec, { display_name: "TypeScript", language: "typescript", name: "tslab" });
    assert.ok(first.endsWith("}\n") && !first.endsWith("\n\n"));
    assert.deepEqual(fs.readdirSync(folder).sort(), ["01-good.ipynb", "executed"], "no temporary file is left");
  });

  test("leaves a failing notebook as it was", async () => {
    const folder = makeSeries("command-save-bad", { "01-bad.ipynb": BAD });
    const file = path.join(folder, "01-bad.ipynb");
    const before = fs.readFileSync(file, "utf8");
    assert.equal((await runNotebooks(folder, ["--save"])).code, 1);
    assert.equal(fs.readFileSync(file, "utf8"), before);
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 100));
}
