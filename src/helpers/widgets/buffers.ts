/** Binary values travel beside the JSON of a widget message; `buffer_paths` says where each belongs. */

/** A state without its binary values, and these with their places. */
export interface SplitState {
  readonly state: Record<string, unknown>;
  readonly paths: (string | number)[][];
  readonly buffers: Uint8Array[];
}

/** Takes the binary values out: an object's key goes, an array's element becomes null. */
export function splitBuffers(whole: Readonly<Record<string, unknown>>): SplitState {
  const paths: SplitState["paths"] = [];
  const buffers: Uint8Array[] = [];
  const split = (value: unknown, path: (string | number)[]): unknown => {
    if (ArrayBuffer.isView(value)) {
      paths.push(path);
      buffers.push(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
      return undefined;
    }
    if (Array.isArray(value)) return value.map((element, index) => split(element, [...path, index]) ?? null);
    if (typeof value !== "object" || value === null) return value;
    const entries = Object.entries(value).map(([key, inner]) => [key, split(inner, [...path, key])] as const);
    return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
  };
  return { state: split(whole, []) as Record<string, unknown>, paths, buffers };
}

/** Puts binary values back where `paths` says; places that don't exist are ignored. */
export function joinBuffers(
  state: Record<string, unknown>,
  paths: SplitState["paths"],
  buffers: readonly Uint8Array[],
): Record<string, unknown> {
  paths.forEach((path, index) => {
    let target: unknown = state;
    for (const key of path.slice(0, -1)) target = (target as Record<string, unknown> | undefined)?.[key];
    const last = path.at(-1);
    if (typeof target !== "object" || target === null || last === undefined || last === "__proto__") return;
    (target as Record<string, unknown>)[last] = buffers[index];
  });
  return state;
}
