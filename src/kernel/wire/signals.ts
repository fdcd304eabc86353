import { runInThisContext } from "node:vm";
import { parentPort } from "node:worker_threads";

/*
 * Node tells a signal only to a thread whose event loop turns, and a cell in a loop keeps the main thread from that.
 * Node can also break a running script at SIGINT (`breakOnSigint`), in any thread: this one runs a script that
 * does nothing but sleep, and tells the wire each time it is woken. The outer script keeps Node's signal handler in place while
 * the inner one is started again: without it a second SIGINT in that instant would end the process.
 */
const asleep = new Int32Array(new SharedArrayBuffer(4));
const breakable = { breakOnSigint: true };

function sleepUntilSignals(): void {
  const sleep = runInThisContext("(asleep) => Atomics.wait(asleep, 0, 0)") as (cell: Int32Array) => void;
  Reflect.set(globalThis, "sleep", () => sleep(asleep));
  for (;;) {
    try {
      runInThisContext("sleep()", breakable);
    } catch {
      parentPort?.postMessage("SIGINT");
    }
  }
}

Reflect.set(globalThis, "sleepUntilSignals", sleepUntilSignals);
for (;;) {
  try {
    runInThisContext("sleepUntilSignals()", breakable);
  } catch {
    parentPort?.postMessage("SIGINT");
  }
}
