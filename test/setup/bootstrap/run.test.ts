import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { test } from "vitest";
import { run, supervised } from "../../../src/setup/bootstrap/run.cjs";
import { ROOT } from "../../../src/shared/paths";
import { isRunning } from "../../../src/shared/process-tree.cjs";
import { temporaryFolder } from "../checkout";
import { outputMatching, resultOf, startNode, until } from "../processes";

const folder = temporaryFolder();

test("a command's output and exit code are returned", async () => {
  const { code, output } = await run("sh", ["-c", "echo out; echo err >&2; exit 3"]);
  assert.equal(code, 3);
  assert.match(output, /out/);
  assert.match(output, /err/);
});

test("a command that doesn't exist gives exit code 127 and its name", async () => {
  const { code, output } = await run("no-such-command-here", []);
  assert.equal(code, 127);
  assert.match(output, /no-such-command-here/);
});

test("a command and its children die with the process that started it, even after kill -9", async () => {
  const pids = path.join(folder, "pids");
  const script = `sleep 300 & echo $! > ${pids}; echo $$ >> ${pids}; wait`;
  const starter = startNode(`
    require("./src/setup/bootstrap/run.cjs").run("sh", ["-c", ${JSON.stringify(script)}]);
    console.log("started");`);
  await outputMatching(starter, /started/);
  await until(() => fs.existsSync(pids) && fs.readFileSync(pids, "utf8").split("\n").length === 3);
  const [sleeper, shell] = fs.readFileSync(pids, "utf8").trim().split("\n").map(Number);
  assert.ok(isRunning(sleeper) && isRunning(shell));
  const ended = resultOf(starter);
  starter.kill("SIGKILL");
  await ended;
  await until(() => !isRunning(sleeper) && !isRunning(shell));
});

test("a kill -9 of the starter's whole process group leaves nothing running", async () => {
  const pids = path.join(folder, "group");
  const script = `echo $$ > ${pids}; sleep 300`;
  const program = `
    require("./src/setup/bootstrap/run.cjs").run("sh", ["-c", ${JSON.stringify(script)}]);`;
  const starter = spawn(process.execPath, ["-e", program], { cwd: ROOT, detached: true, stdio: "ignore" });
  await until(() => fs.existsSync(pids) && fs.readFileSync(pids, "utf8").endsWith("\n"));
  const command = Number(fs.readFileSync(pids, "utf8"));
  process.kill(-(starter.pid as number), "SIGKILL");
  await until(() => !isRunning(command));
});

test("after a grace period, a command is killed with all its children, those in other sessions too", async () => {
  const pids = path.join(folder, "stubborn");
  // Ignores the request, and has a child in a session of its own, as Jupyter's kernels are.
  const program = `
import os, signal, subprocess, time
signal.signal(signal.SIGTERM, lambda *_: open(${JSON.stringify(`${pids}.asked`)}, "w").close())
child = subprocess.Popen(["sleep", "300"], start_new_session=True)
open(${JSON.stringify(`${pids}.tmp`)}, "w").write(f"{os.getpid()} {child.pid}")
os.rename(${JSON.stringify(`${pids}.tmp`)}, ${JSON.stringify(pids)})
while True: time.sleep(1)`;
  const child = supervised("python3", ["-c", program], { graceMs: 1000 });
  const closed = new Promise((resolve) => child.on("close", resolve));
  await until(() => fs.existsSync(pids));
  const [stubborn, grandchild] = fs.readFileSync(pids, "utf8").split(" ").map(Number);
  child.stdin.end();
  await closed;
  assert.ok(fs.existsSync(`${pids}.asked`), "it was asked to end");
  await until(() => !isRunning(stubborn) && !isRunning(grandchild));
});

test("a command that ends when it is asked leaves nothing behind that it has started", async () => {
  const pids = path.join(folder, "obedient");
  // The child is in a session of its own, and isn't told.
  const program = `
import os, signal, subprocess
child = subprocess.Popen(["sleep", "300"], start_new_session=True)
open(${JSON.stringify(`${pids}.tmp`)}, "w").write(str(child.pid))
os.rename(${JSON.stringify(`${pids}.tmp`)}, ${JSON.stringify(pids)})
signal.pause()`;
  const child = supervised("python3", ["-c", program], { graceMs: 10_000 });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  await until(() => fs.existsSync(pids));
  const grandchild = Number(fs.readFileSync(pids, "utf8"));
  assert.ok(isRunning(grandchild));
  child.stdin.end();
  await ended;
  assert.equal(isRunning(grandchild), false);
});
