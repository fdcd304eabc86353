import timers from "node:timers";
import promises from "node:timers/promises";
import { currentCell } from "./cell";

type Callback = (...parameters: unknown[]) => void;

/**
 * Lets timers of a cell that was interrupted fire no more. The functions keep what Node hangs on them, such as the
 * one that `util.promisify` looks for.
 */
export function bindTimersToCells(): void {
  for (const name of ["setTimeout", "setInterval", "setImmediate"] as const) {
    const original = timers[name] as (callback: Callback, ...rest: unknown[]) => unknown;
    const bound = (callback: unknown, ...rest: unknown[]): unknown => {
      const cell = currentCell();
      if (!cell || typeof callback !== "function") return original(callback as Callback, ...rest);
      const handle = original((...parameters) => {
        if (!cell.halted) (callback as Callback)(...parameters);
        else if (name === "setInterval") clearInterval(handle as NodeJS.Timeout);
      }, ...rest);
      return handle;
    };
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
