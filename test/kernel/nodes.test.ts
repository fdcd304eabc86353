import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { BUILD } from "../../src/shared/paths";
import { unittest } from "./python";

/** The Node versions that the kernel is to run on, beside the one that runs the tests. */
const VERSIONS = [20, 22, 24, 26].filter((version) => !process.version.startsWith(`v${version}.`));
/**
 * What differs between them: Node's own bookkeeping that an interrupt cuts across, module loading, how a process ends,
 * contexts, file descriptors and the
 * inspector.
 */
const TESTS = [
  "test_standard",
  "test_interrupt.InterruptTests.test_kinds",
  "test_interrupt.InterruptTests.test_many_interrupts",
  "test_cells.TypeScriptTests",
  "test_cells.ErrorTests",
  "test_messages.ExitTests",
  "test_damage",
  "test_output.ProcessOutputTests",
  "test_debugger",
];

/** A Node of major version `version`, as npm has it. */
function installed(version: number): string {
  const folder = path.join(BUILD, "nodes", String(version));
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const file = path.join(folder, "node_modules", name, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!fs.existsSync(file)) {
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "package.json"), "{}\n");
    execFileSync("npm", ["install", "--no-save", "--ignore-scripts", `${name}@${version}`], { cwd: folder });
  }
  return file;
}

for (const version of VERSIONS) test(`the kernel runs on Node ${version}`, () => unittest(TESTS, installed(version)));
