import { performance } from "node:perf_hooks";

/** The functions through which JavaScript gets a different value at each call. */
const IMPURE_METHODS: readonly [owner: object, method: string, name: string, reads: string][] = [
  [Math, "random", "Math.random", "random numbers"],
  [globalThis.crypto, "getRandomValues", "crypto.getRandomValues", "random numbers"],
  [globalThis.crypto, "randomUUID", "crypto.randomUUID", "random numbers"],
  [performance, "now", "performance.now", "the clock"],
  [process, "hrtime", "process.hrtime", "the clock"],
];

/**
 * Notices when JavaScript draws random numbers or reads a clock, until the returned function is called: a graph would
 * repeat the one value that it got.
 *
 * @param notice Gets what was done, such as `draws random numbers in JavaScript (Math.random)`.
 */
export function watchImpureCalls(notice: (what: string) => void): () => void {
  const restore = IMPURE_METHODS.map(([owner, method, name, reads]) => {
    const report = () => notice(`${reads === "the clock" ? "reads" : "draws"} ${reads} in JavaScript (${name})`);
    const own = Object.getOwnPropertyDescriptor(owner, method);
    const original: unknown = Reflect.get(owner, method);
    if (typeof original !== "function") return () => undefined;
    const watched = new Proxy(original, {
      apply(target, thisValue, args) {
        report();
        return Reflect.apply(target, thisValue, args) as unknown;
      },
      get(target, property) {
        // process.hrtime.bigint
        if (property === "bigint") report();
        return Reflect.get(target, property) as unknown;
      },
    });
    Object.defineProperty(owner, method, { value: watched, configurable: true, writable: true });
    return () => {
      if (own === undefined) Reflect.deleteProperty(owner, method);
      else Object.defineProperty(owner, method, own);
    };
  });
  restore.push(watchDate(() => notice("reads the clock in JavaScript (Date)")));
  return () => {
    for (const undo of restore) undo();
  };
}

/** `Date.now()`, `new Date()` and `Date()` read the clock; a Date made from arguments doesn't. */
function watchDate(report: () => void): () => void {
  const original = globalThis.Date;
  globalThis.Date = new Proxy(original, {
    construct(target, args, newTarget) {
      if (args.length === 0) report();
      return Reflect.construct(target, args, newTarget) as object;
    },
    apply(target, thisValue, args) {
      report();
      return Reflect.apply(target, thisValue, args) as string;
    },
    get(target, property) {
      if (property === "now") report();
      return Reflect.get(target, property) as unknown;
    },
  });
  return () => void (globalThis.Date = original);
}
