import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, test } from "vitest";
import { PACKAGE_NAME, packKernel } from "../../src/kernel/package/pack";
import { textOf, readNotebook, type Notebook } from "../../src/notebooks/notebook";
import { VENV, VENV_PYTHON } from "../../src/shared/paths";

const run = promisify(execFile);

/** An empty folder in which the package is installed, as on a user's machine. */
let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "kernel-package-"));
  tarball = await packKernel();
  const cache = path.join(folder, "npm-cache");
  await run("npm", ["install", "--no-audit", "--no-fund", "--cache", cache, tarball], { cwd: folder });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Runs the package's command. */
function command(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  const env = { ...process.env, JUPYTER_DATA_DIR: path.join(folder, "data"), ...environment };
  return spawnSync("npx", ["--no-install", PACKAGE_NAME, ...args], { cwd: folder, env, encoding: "utf8" });
}

const kernels = (...prefix: string[]): string => path.join(folder, ...prefix, "kernels");

describe("The kernel's package", () => {
  test("has the kernel and nothing else", async () => {
    const { stdout } = await run("tar", ["tzf", tarball]);
    const files = stdout.trim().split("\n").sort();
    const bundles = [
      "compiler-worker.js",
      "compiler.js",
      "globals.d.ts",
      "main.js",
      "sigint-thread.js",
      "wire-thread.js",
    ];
    assert.deepEqual(
      files,
      [
        ...["LICENSE", "README.md", "cli.cjs", "kernel.cjs", "package.json", "run-bundles.cjs"],
        ...bundles.map((name) => `bundles/${name}`),
      ]
        .map((name) => `package/${name}`)
        .sort(),
    );
    const installed = fs.readdirSync(path.join(folder, "node_modules"));
    assert.ok(installed.includes(PACKAGE_NAME) && installed.includes("zeromq"));
    for (const absent of ["@tensorflow", "cnn-helpers", "arquero"]) assert.ok(!installed.includes(absent), absent);
  });

  test("runs a notebook through nbclient: types, packages, own files, tslab's display, errors", async () => {
    const { status, stdout, stderr } = command(["install", "--prefix", "prefix"]);
    assert.equal(status, 0, stderr);
    const spec = path.join(kernels("prefix", "share", "jupyter"), "typescript");
    assert.match(stdout, new RegExp(`^Installed ${fs.realpathSync(folder)}.*typescript$`, "m"));
    assert.deepEqual(fs.readdirSync(spec), ["kernel.json"]);

    fs.writeFileSync(path.join(folder, "lib.ts"), "export const double = (x: number): number => 2 * x;\n");
    const cells = await execute([
      "const square = (x: number): number => x * x;\nsquare(7)",
      'import { createHash } from "node:crypto";\ncreateHash("sha256").update("a").digest("hex").slice(0, 8)',
      'import { double } from "./lib";\ndouble(21)',
      'import { display } from "tslab";\ndisplay.html("<b>bold</b>");',
      'import ts from "typescript";\nts.version',
      'const wrong: number = "text";',
      'function fail() {\n  throw new Error("boom");\n}\nfail()',
    ]);
    assert.deepEqual(cells.slice(0, 5), ["49", "'ca978112'", "42", "<b>bold</b>", "'6.0.3'"]);
    assert.match(cells[5], /^TS2322: Type 'string' is not assignable to type 'number'\.\n +at In \[6\]:1:7/);
    assert.match(cells[6], /^Error: boom\n +at fail \(In \[7\]:2:9\)/);

    const removed = command(["uninstall", "--prefix", "prefix"]);
    assert.equal(removed.status, 0, removed.stderr);
    assert.deepEqual(fs.readdirSync(path.dirname(spec)), []);
  });

  test("installs for the user by default, under any name, and again", () => {
    for (const displayName of ["One", "Two"]) {
      const { status, stderr } = command(["install", "--name", "my-kernel", "--display-name", displayName]);
      assert.equal(status, 0, stderr);
      const spec = JSON.parse(fs.readFileSync(path.join(kernels("data"), "my-kernel", "kernel.json"), "utf8")) as {
        argv: string[];
        display_name: string;
      };
      assert.equal(spec.display_name, displayName);
      assert.ok(spec.argv.slice(0, 2).every((file) => fs.existsSync(file)));
    }
    assert.equal(command(["uninstall", "--name", "my-kernel"]).status, 0);
    assert.deepEqual(fs.readdirSync(kernels("data")), []);
  });

  test("installs for the active Python environment alone", async () => {
    const environment = path.join(folder, "a venv");
    await run(VENV_PYTHON, ["-m", "venv", "--without-pip", environment]);
    const search = `${path.join(environment, "bin")}${path.delimiter}${process.env.PATH}`;
    const { status, stderr } = command(["install", "--sys-prefix"], { PATH: search });
    assert.equal(status, 0, stderr);
    assert.deepEqual(fs.readdirSync(path.join(environment, "share", "jupyter", "kernels")), ["typescript"]);
    assert.equal(command(["uninstall", "--sys-prefix"], { PATH: search }).status, 0);
  });

  test("leaves other programs' kernels alone, and says what is wrong", () => {
    const foreign = path.join(kernels("data"), "python3");
    fs.mkdirSync(foreign, { recursive: true });
    fs.writeFileSync(path.join(foreign, "kernel.json"), '{ "argv": ["python"], "display_name": "Python 3" }');
    for (const [args, message] of [
      [["install", "--name", "python3"], /expected a free name, found another kernel's: .*python3\. Choose one with/],
      [["uninstall", "--name", "python3"], /expected a kernel that typescript-jupyter-kernel has installed, found/],
      [["uninstall", "--name", "nothing"], /expected a kernel named nothing, found none in/],
      [["install", "--name", "../up"], /expected a name of ASCII letters, .* found "\.\.\/up"/],
      [["install", "--user", "--prefix", "x"], /expected one of --user, --sys-prefix and --prefix, found 2/],
      [["install", "--prefix", "lib.ts/x"], /expected a folder that can be written, found .*lib\.ts/],
      [["remove"], /expected install or uninstall, found remove/],
      [["install", "--nmae", "x"], /Unknown option '--nmae'/],
    ] as const) {
      const { status, stderr } = command(args);
      assert.equal(status, 1, args.join(" "));
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^ +at /m);
    }
    assert.deepEqual(fs.readdirSync(foreign), ["kernel.json"]);
    assert.match(command(["--help"]).stdout, /^Usage: typescript-jupyter-kernel install/);
  });
});

/** Runs cells in the installed kernel; gives the text of each one's output. */
async function execute(sources: string[]): Promise<string[]> {
  const notebook: Notebook = {
    cells: sources.map((source, index) => ({
      cell_type: "code",
      id: `cell-${index}`,
      metadata: {},
      source,
      execution_count: null,
      outputs: [],
    })),
    metadata: { kernelspec: { name: "typescript", display_name: "TypeScript", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  fs.writeFileSync(path.join(folder, "notebook.ipynb"), JSON.stringify(notebook));
  const environment = { ...process.env, JUPYTER_PATH: path.join(folder, "prefix", "share", "jupyter") };
  const jupyter = path.join(VENV, "bin", "jupyter");
  await run(jupyter, ["execute", "--allow-errors", "--output", "executed", "notebook.ipynb"], {
    cwd: folder,
    env: environment,
  });
  return readNotebook(path.join(folder, "executed.ipynb")).cells.map(({ outputs = [] }) =>
    outputs
      .map((output) => {
        if (output.output_type === "error")
          return plain((output as unknown as { traceback: string[] }).traceback.join("\n"));
        const { data } = output as { data?: Record<string, string | string[]> };
        return textOf(data?.["text/html"] ?? data?.["text/plain"] ?? "");
      })
      .join(""),
  );
}

/** Text without ANSI colours. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/\u001b\[\d+m/g, "");
}
