import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { ROOT } from "../../src/shared/paths";

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true, force: true })));

/** A folder that is removed when the test file has run. */
export function temporaryFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "setup-test-"));
  folders.push(folder);
  return folder;
}

/**
 * A second checkout for tests that change things: own sources, packages by link, and a tfjs-node of its own without
 * anything native.
 */
export function makeCheckout(): string {
  const folder = temporaryFolder();
  fs.cpSync(path.join(ROOT, "src"), path.join(folder, "src"), { recursive: true });
  for (const name of ["package.json", "package-lock.json", "requirements.txt", ".npmrc"]) {
    fs.copyFileSync(path.join(ROOT, name), path.join(folder, name));
  }
  const packages = path.join(ROOT, "node_modules");
  linkAll(packages, path.join(folder, "node_modules"), ["@tensorflow", "cnn-helpers"]);
  linkAll(path.join(packages, "@tensorflow"), path.join(folder, "node_modules", "@tensorflow"), ["tfjs-node"]);
  fs.symlinkSync(path.join(folder, "src", "helpers"), path.join(folder, "node_modules", "cnn-helpers"));
  const tfjsNode = path.join("node_modules", "@tensorflow", "tfjs-node");
  const native = ["deps", "lib"].map((name) => path.join(ROOT, tfjsNode, name));
  fs.cpSync(path.join(ROOT, tfjsNode), path.join(folder, tfjsNode), {
    recursive: true,
    filter: (source) => !native.includes(source),
  });
  return folder;
}

function linkAll(from: string, to: string, except: readonly string[]): void {
  fs.mkdirSync(to, { recursive: true });
  for (const name of fs.readdirSync(from)) {
    if (!except.includes(name)) fs.symlinkSync(path.join(from, name), path.join(to, name));
  }
}
