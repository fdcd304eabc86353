import timers from "node:timers";
import promises from "node:timers/promises";
import { currentCell, runInJob, type Cell } from "./cell";

type Callback = (...parameters: unknown[]) => void;

/**
 * Binds the timers that cells start to them: their callbacks run for the cell, and no more once it was interrupted.
 * @param escaped is told what a callback throws
 */
export function bindTimersToCells(escaped: (error: unknown, cell: Cell) => void): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const original = timers[name] as (callback: Callback, ...rest: unknown[]) => unknown;
    const bound = (callback: unknown, ...rest: unknown[]): unknown => {
      const cell = currentCell();
      if (!cell || typeof callback !== "function") return original(callback as Callback, ...rest);
      const handle = original(
        (...parameters) => {
          if (cell.halted) clearInterval(handle as NodeJS.Timeout);
          else
            void runInJob(cell, () => (callback as Callback)(...parameters)).catch((error: unknown) =>
              escaped(error, cell),
            );
        },
        ...rest,
      );
      return handle;
    };
    // What Node hangs on them, such as the function that `util.promisify` looks for, stays.
    Object.defineProperties(bound, Object.getOwnPropertyDescriptors(original));
    Object.assign(globalThis, { [name]: bound });
    Object.assign(timers, { [name]: bound });
  }
  for (const name of ["setTimeout", "setImmediate"] as const) {
    const original = promises[name] as (...parameters: unknown[]) => Promise<unknown>;
    const bound = async (...parameters: unknown[]): Promise<unknown> => {
      const cell = currentCell();
      const value = await original(...parameters);
      return cell?.halted ? new Promise(() => {}) : value;
    };
    Object.assign(promises, { [name]: bound });
  }
}
