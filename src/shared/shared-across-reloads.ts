/**
 * A value that lives as long as the process. After an edit the helpers are loaded again, and every module starts over;
 * what must survive that (open graphs, running fits, registries) is kept on `globalThis` instead.
 *
 * @param name Unique among the helpers' shared values.
 * @param make Makes the value the first time. State that is replaced later belongs in a field of an object.
 * @returns The same value for every copy of the calling module.
 */
export function sharedAcrossReloads<T extends object>(name: string, make: () => T): T {
  const key = Symbol.for(`cnn-helpers.${name}`);
  const shared = globalThis as { [key: symbol]: T | undefined };
  return (shared[key] ??= make());
}
