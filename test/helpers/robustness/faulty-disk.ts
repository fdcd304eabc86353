import fs from "node:fs";

/** The functions of `fs` that change what is on disk, as far as the project's code and its packages call them. */
const CHANGING = [
  ...([
    "openSync",
    "writeSync",
    "writeFileSync",
    "appendFileSync",
    "ftruncateSync",
    "fsyncSync",
    "renameSync",
  ] as const),
  ...(["mkdirSync", "rmSync", "unlinkSync", "rmdirSync", "copyFileSync", "chmodSync", "chownSync"] as const),
];
/** Of these, the ones that need space. */
const WRITING: ReadonlySet<string> = new Set(["writeSync", "writeFileSync", "appendFileSync"]);

/** `killed`: nothing changes on disk any more, as after kill -9. `full`: every write fails, halfway. */
export type Fault = "killed" | "full";

/**
 * Runs something while the disk fails from its nth change on. A write that fails has written half of its bytes.
 *
 * @param nth from 1; of a full disk only writes count
 * @returns whether the fault occurred
 */
export async function withFaultyDisk(fault: Fault, nth: number, run: () => Promise<void>) {
  const original = Object.fromEntries(CHANGING.map((name) => [name, fs[name]]));
  const write = fs.writeSync;
  const open = fs.openSync;
  const close = fs.closeSync;
  let changes = 0;
  let occurred = false;
  let error: unknown;
  for (const name of CHANGING) {
    const call = original[name] as (...args: unknown[]) => unknown;
    const counts = fault === "killed" || WRITING.has(name);
    const faulty = (...args: unknown[]) => {
      if (!counts || isReading(name, args) || ++changes < nth) return call(...args);
      // Only the change at which the process dies gets half of its way.
      if (changes === nth || fault === "full") writeHalf(name, args);
      occurred = true;
      throw Object.assign(new Error(fault === "full" ? "ENOSPC: no space left on device, write" : "killed"), {
        code: fault === "full" ? "ENOSPC" : "KILLED",
      });
    };
    Object.assign(fs, { [name]: faulty });
  }
  try {
    await run();
  } catch (failure) {
    error = failure;
  } finally {
    Object.assign(fs, original);
  }
  return { occurred, error };

  function writeHalf(name: string, [target, data]: unknown[]): void {
    if (!WRITING.has(name)) return;
    const bytes = Buffer.from(data as string);
    const half = bytes.subarray(0, bytes.length / 2);
    if (typeof target === "number") {
      write(target, half);
      return;
    }
    const descriptor = open(target as string, name === "appendFileSync" ? "a" : "w");
    write(descriptor, half);
    close(descriptor);
  }
}

function isReading(name: string, [, flags]: unknown[]): boolean {
  return name === "openSync" && (flags === undefined || flags === "r");
}
