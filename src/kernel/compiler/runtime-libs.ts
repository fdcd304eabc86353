/*
 * Which of TypeScript's library files describe the Node that runs: a cell may use what is there and nothing else.
 */

/** In every Node that is supported. */
const ALWAYS = [
  "es2023",
  "es2024.regexp",
  "es2024.sharedmemory",
  "es2024.string",
  "esnext.decorators",
  "esnext.disposable",
];

/** Library files, each with something that it declares. */
const WHERE_PRESENT: Readonly<Record<string, () => unknown>> = {
  "es2024.arraybuffer": () => at(ArrayBuffer.prototype, "transfer"),
  "es2024.collection": () => at(Map, "groupBy"),
  "es2024.object": () => at(Object, "groupBy"),
  "es2024.promise": () => at(Promise, "withResolvers"),
  "es2025.collection": () => at(Set.prototype, "union"),
  "es2025.float16": () => at(globalThis, "Float16Array"),
  "es2025.intl": () => at(Intl, "DurationFormat"),
  "es2025.iterator": () => at(globalThis, "Iterator"),
  "es2025.promise": () => at(Promise, "try"),
  "es2025.regexp": () => at(RegExp, "escape"),
  "esnext.array": () => at(Array, "fromAsync"),
  "esnext.collection": () => at(Map.prototype, "getOrInsert"),
  "esnext.error": () => at(Error, "isError"),
  "esnext.sharedmemory": () => at(Atomics, "pause"),
  "esnext.typedarrays": () => at(Uint8Array.prototype, "toBase64"),
  "esnext.temporal": () => at(globalThis, "Temporal"),
  "esnext.date": () => at(Date.prototype, "toTemporalInstant"),
  "esnext.intl": () => at(globalThis, "Temporal"),
};

/** The library files that describe this Node, as `lib` of a tsconfig.json names them. */
export function runtimeLibs(): string[] {
  return [...ALWAYS, ...Object.keys(WHERE_PRESENT).filter((name) => WHERE_PRESENT[name]() !== undefined)];
}

function at(holder: object, key: string): unknown {
  return (holder as Record<string, unknown>)[key];
}
