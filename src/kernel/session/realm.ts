/*
 * A cell can delete or overwrite anything in its world: `Promise`, `Array.prototype.map`, `Error.prepareStackTrace`. So
 * that the kernel survives that, its code in the cells' thread runs in a realm of its own, with its own set of built-in
 * objects (main.cjs). What this file takes from the cells' realm, it takes before the first cell runs.
 *
 * Objects that cells get from the kernel, such as errors and promises, come from the cells' realm.
 */

/** Set by main.cjs; outside the kernel, in unit tests, there is only one realm. */
declare const cellGlobal: typeof globalThis | undefined;

/** The cells' global object. */
export const cells: typeof globalThis = typeof cellGlobal === "undefined" ? globalThis : cellGlobal;

export const CellError = cells.Error;
export const CellTypeError = cells.TypeError;
export const CellRangeError = cells.RangeError;
export const stringifyJson = cells.JSON.stringify;
const CellPromise = cells.Promise;
const thenOfCells = cells.Promise.prototype.then;

/** A promise for code in cells; `promise` belongs to the kernel. */
export function toCellPromise<T>(promise: Promise<T>): Promise<T> {
  return new CellPromise((resolve, reject) => void promise.then(resolve, reject));
}

/** Calls `then` of what a cell returned; of a promise the original one, even if a cell has overwritten it. */
export function whenSettled<T>(
  value: PromiseLike<T>,
  resolve: (value: T) => void,
  reject: (reason: unknown) => void,
): void {
  if (value instanceof Promise) Reflect.apply(thenOfCells, value, [resolve, reject]);
  else value.then(resolve, reject);
}

/** Whether a value of a cell can be awaited. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value instanceof Promise) return true;
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/** What a cell returned, for the kernel to await. */
export function fromCell<T>(value: T | PromiseLike<T>): T | PromiseLike<T> {
  return value instanceof Promise ? new Promise((resolve, reject) => whenSettled(value, resolve, reject)) : value;
}

/** Has `instanceof` recognise objects of both realms. */
function recogniseCellObjects(): void {
  const { hasInstance } = Symbol;
  const ordinary = Reflect.get(Function.prototype, hasInstance) as (value: unknown) => boolean;
  const own = globalThis as unknown as Record<string, { prototype: object } | undefined>;
  const foreign = cells as unknown as typeof own;
  for (const name of ["Error", "AggregateError", "SyntaxError", "RangeError", "TypeError", "Uint8Array", "Promise"]) {
    const [ownClass, prototype] = [own[name], foreign[name]?.prototype];
    if (!ownClass || !prototype) continue;
    Object.defineProperty(ownClass, hasInstance, {
      value(this: unknown, value: unknown): boolean {
        if (Reflect.apply(ordinary, this, [value])) return true;
        return this === ownClass && Object.prototype.isPrototypeOf.call(prototype, value as object);
      },
    });
  }
}

if (cells !== globalThis) recogniseCellObjects();
