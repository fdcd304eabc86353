import { Script } from "node:vm";
import { parentPort } from "node:worker_threads";

/*
 * Node tells a signal only to a thread whose event loop turns, and a cell in a loop keeps the main thread from that.
 * Node can also break a running script at SIGINT (`breakOnSigint`), in any thread: this one runs a script that
 * does nothing but sleep, and tells the wire each time it is woken.
 *
 * Node's signal handler is in place as long as one such script runs; without it a SIGINT ends the process. So scripts
 * run in scripts: a signal breaks the innermost, and the one around it starts it again. One that comes in that instant
 * breaks the one around it, and so on. Each script has to be hit in the moment in which it starts the next one, so that
 * twenty signals within forty milliseconds on a busy machine broke two scripts now and then; ten are out of reach.
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
