import { Script } from "node:vm";
import { parentPort } from "node:worker_threads";

/*
 * Node delivers a signal only to a thread whose event loop is turning, which a cell in a loop prevents on the main
 * thread. But Node can also terminate a running script at SIGINT (`breakOnSigint`), on any thread: this thread runs a
 * script that only sleeps, and tells the wire whenever it is woken.
 *
 * Node's signal handler is installed only while such a script is running; without it SIGINT ends the process. So
 * scripts run inside scripts: a signal terminates the innermost one, and the one around it starts it again. A signal
 * that arrives in that instant terminates the one around it, and so on. Twenty signals within forty milliseconds on a
 * busy machine sometimes terminated two scripts; ten are out of reach.
 */
const DEPTH = 10;
const asleep = new Int32Array(new SharedArrayBuffer(4));
const scripts = Array.from({ length: DEPTH }, (_, level) => new Script(`sleepUntilSignals(${level + 1})`));

function sleepUntilSignals(level: number): void {
  if (level === DEPTH) return void Atomics.wait(asleep, 0, 0);
  for (;;) {
    try {
      scripts[level].runInThisContext({ breakOnSigint: true });
    } catch {
      parentPort?.postMessage("SIGINT");
    }
  }
}

Reflect.set(globalThis, "sleepUntilSignals", sleepUntilSignals);
sleepUntilSignals(0);
