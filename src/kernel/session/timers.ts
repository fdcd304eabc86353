import timers from "node:timers";
import promises from "node:timers/promises";
import { currentCell, runInJob, type Cell } from "./cell";
import { cells, toCellPromise } from "./realm";

type Callback = (...parameters: unknown[]) => void;

/**
 * Binds timers to the cells that start them: their callbacks run for the cell, until it is interrupted.
 * @param uncaught called with what a callback throws
 */
export function bindTimersToCells(uncaught: (error: unknown, cell: Cell) => void): void {
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
              uncaught(error, cell),
            );
        },
        ...rest,
      );
      return handle;
    };
    // Keep Node's own properties, such as the function that `util.promisify` looks for.
    Object.defineProperties(bound, Object.getOwnPropertyDescriptors(original));
    Object.assign(cells, { [name]: bound });
    Object.assign(timers, { [name]: bound });
  }
  for (const name of ["setTimeout", "setImmediate"] as const) {
    const original = promises[name] as (...parameters: unknown[]) => Promise<unknown>;
    const wait = async (...parameters: unknown[]): Promise<unknown> => {
      const cell = currentCell();
      const value = await original(...parameters);
      return cell?.halted ? new Promise(() => {}) : value;
    };
    const bound = (...parameters: unknown[]): Promise<unknown> => toCellPromise(wait(...parameters));
    Object.assign(promises, { [name]: bound });
  }
}
