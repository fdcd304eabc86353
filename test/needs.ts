import "vitest";

declare module "vitest" {
  interface TaskMeta {
    /** Why a test is skipped: what it needs and isn't there. */
    missing?: string;
  }
}

/**
 * Options for a test, or a group, that can only run where something is there.
 *
 * @param missing what to say if the test is skipped, such as `"needs Chromium"`; `false` or `undefined` runs it
 * @example
 * test("opens a window", needs(process.platform !== "linux" && "needs Linux"), () => { … });
 */
export function needs(missing: string | false | undefined) {
  return { skip: Boolean(missing), meta: missing ? { missing } : {} };
}
