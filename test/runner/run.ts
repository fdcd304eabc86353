import fs from "node:fs";
import path from "node:path";
import { SetupError } from "../../src/setup/bootstrap/errors.cjs";
import { supervised } from "../../src/setup/bootstrap/run.cjs";
import { ROOT } from "../../src/shared/paths";

const VITEST = path.join(path.dirname(require.resolve("vitest/package.json")), "vitest.mjs");

/**
 * Runs Vitest in a process that ends with this one, together with everything that the tests started.
 *
 * @param args parts of test files' paths, such as `notebooks` or `mnist/idx`, and Vitest's options, such as `-t name`
 * @param env more environment for the tests
 * @returns the exit code: 0 if no test failed
 * @throws SetupError if no test file has a word in its path
 */
export async function runTests(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const files = fs
    .readdirSync(path.join(ROOT, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => path.join("test", file));
  for (const [index, word] of args.entries()) {
    if (word.startsWith("-") || args[index - 1] === "-t" || files.some((file) => file.includes(word))) continue;
    const list = files.sort().join("\n    ");
    throw new SetupError(`No test file has "${word}" in its path.`, `there are\n    ${list}`, "npm test -- mnist/idx");
  }
  const colors = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const vitest = supervised(process.execPath, [VITEST, "run", ...args], {
    cwd: ROOT,
    env: { ...process.env, ...colors, ...env },
  });
  vitest.stdout.pipe(process.stdout);
  vitest.stderr.pipe(process.stderr);
  return new Promise((resolve) => vitest.on("close", (code) => resolve(code ?? 1)));
}
