import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { ROOT } from "../../src/shared/paths";
import { makeCheckout, temporaryFolder } from "../setup/checkout";
import { resultOf, startCommand } from "../setup/processes";

const COMMAND = path.join("src", "cli", "bootstrap.cjs");
/** npm cannot reach its registry, and does not try for long. */
const NO_REGISTRY = {
  npm_config_registry: "http://127.0.0.1:9/",
  npm_config_fetch_retries: "0",
  npm_config_cache: path.join(temporaryFolder(), "npm"),
  npm_execpath: undefined,
};

/** As `git clone` leaves it: no packages. */
function freshClone(): string {
  const folder = temporaryFolder();
  fs.cpSync(path.join(ROOT, "src"), path.join(folder, "src"), { recursive: true });
  for (const name of ["package.json", "package-lock.json", "requirements.txt", ".npmrc"]) {
    fs.copyFileSync(path.join(ROOT, name), path.join(folder, name));
  }
  return folder;
}

for (const command of ["start", "doctor"]) {
  test(`on a fresh clone without a network, ${command} prints one message and exits with 1`, async () => {
    const clone = freshClone();
    const { code, stderr } = await resultOf(startCommand([COMMAND, command], { cwd: clone, env: NO_REGISTRY }));
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(
        "npm couldn't install the packages\\.\n {2}Why: {3}the package registry can't be reached\n" +
          " {2}To do: check the network",
      ),
    );
    assert.doesNotMatch(stderr, /\n\s+at /);
    assert.ok(fs.existsSync(path.join(clone, "build", "logs", "npm-ci.log")));
    assert.equal(fs.existsSync(path.join(clone, "build", "setup.lock")), false, "it can be run again");
  });
}

test("an unknown command is rejected with a list of the known ones", async () => {
  const { code, stderr } = await resultOf(startCommand([COMMAND, "strat"], { cwd: makeCheckout(), env: NO_REGISTRY }));
  assert.equal(code, 1);
  assert.match(stderr, /no command "strat"[^]*start, doctor, update, notebooks/);
  assert.doesNotMatch(stderr, /\n\s+at /);
});

test("an unknown option of start is refused before any set-up, even that of the packages", async () => {
  const checkout = freshClone();
  const { code, stderr } = await resultOf(
    startCommand([COMMAND, "start", "--prot", "9000"], { cwd: checkout, env: NO_REGISTRY }),
  );
  assert.equal(code, 1);
  assert.match(stderr, /Unknown option '--prot'/);
  assert.match(stderr, /npm start -- \[--port N\]/);
  assert.equal(fs.existsSync(path.join(checkout, ".venv")), false);
  assert.equal(fs.existsSync(path.join(checkout, "node_modules")), false);
});

test("packages that differ from the lock file are detected", async () => {
  const checkout = makeCheckout();
  const installed = path.join(checkout, "node_modules", ".package-lock.json");
  const lock = JSON.parse(fs.readFileSync(installed, "utf8")) as { packages: Record<string, { version: string }> };
  const fault = async () => {
    const program = 'console.log(require("./src/setup/bootstrap/packages.cjs").packagesFault())';
    return (await resultOf(startCommand(["-e", program], { cwd: checkout }))).stdout.trim();
  };
  assert.equal(await fault(), "undefined");
  // What a full disk leaves: npm's record says that all is well.
  const entry = path.join(checkout, "node_modules", "seedrandom");
  fs.rmSync(entry);
  fs.mkdirSync(entry);
  fs.writeFileSync(path.join(entry, "package.json"), "");
  assert.match(await fault(), /node_modules\/seedrandom is damaged/);
  fs.writeFileSync(path.join(entry, "package.json"), "{}");
  fs.rmSync(installed);
  assert.match(await fault(), /missing or incomplete/);
  lock.packages["node_modules/arquero"].version = "0.0.1";
  fs.writeFileSync(installed, JSON.stringify(lock));
  assert.match(await fault(), /node_modules\/arquero is 0\.0\.1, package-lock.json asks for/);
  delete (lock.packages as Partial<typeof lock.packages>)["node_modules/arquero"];
  fs.writeFileSync(installed, JSON.stringify(lock));
  assert.match(await fault(), /node_modules\/arquero is not installed/);
});
