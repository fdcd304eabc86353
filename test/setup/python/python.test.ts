import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { SetupError } from "../../../src/setup/bootstrap/errors.cjs";
import { findPython } from "../../../src/setup/python/python";
import { temporaryFolder } from "../checkout";

/** Looks for Python on a path that holds only the given commands, each a shell script. */
async function findAmong(commands: Record<string, string>) {
  const folder = temporaryFolder();
  for (const [name, answer] of Object.entries(commands)) {
    fs.writeFileSync(path.join(folder, name), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
  }
  const before = process.env.PATH;
  process.env.PATH = folder;
  try {
    return await findPython();
  } finally {
    process.env.PATH = before;
  }
}

const python = (name: string, version: number[], environments: boolean) =>
  JSON.stringify({ path: `/usr/bin/${name}`, version, environments });

const setupError =
  (...patterns: RegExp[]) =>
  (error: unknown) =>
    error instanceof SetupError && patterns.every((pattern) => pattern.test(error.message));

test("without any Python, the message says what is needed and how to get it", async () => {
  await assert.rejects(findAmong({}), setupError(/needs Python 3\.10 or later/, /none of python3/, /To do: .*install/));
});

test("a Python that is too old is rejected with its version", async () => {
  const found = findAmong({ python3: python("python3", [3, 9, 2], true) });
  await assert.rejects(found, setupError(/3\.10 or later/, /\/usr\/bin\/python3 is 3\.9\.2/));
});

test("a recent Python is found behind an old one", async () => {
  const found = await findAmong({
    python3: python("python3", [3, 9, 2], true),
    "python3.12": python("python3.12", [3, 12, 4], true),
  });
  assert.equal(found.path, "/usr/bin/python3.12");
});

test("Debian's Python without ensurepip gets the name of the package to install", async () => {
  const found = findAmong({ python3: python("python3", [3, 11, 2], false) });
  await assert.rejects(found, setupError(/can't create virtual environments/, /apt install python3\.11-venv/));
});

test("a command that answers nonsense is ignored", async () => {
  await assert.rejects(findAmong({ python3: "hello" }), setupError(/none of python3/));
});
