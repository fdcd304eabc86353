import { createRequire } from "node:module";
import path from "node:path";

/*
 * The kernel stands in for tslab: cells may import its `display`, and through its modules the helpers find their way
 * to the notebook.
 */

const require = createRequire(path.join(__dirname, "kernel.js"));

/** A display as tslab's own `display` sends it. */
export interface TslabDisplay {
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  transient: { display_id?: string };
}

/** The module through which tslab's displays go: its `lastWriteDisplayData` sends them while a cell runs. */
export const displayModule = (): string => require.resolve("tslab/dist/jupyter");

/**
 * Makes `import { display } from "tslab"` work, and the helpers find the kernel's display: both go through that
 * module. It would load a compiler into the session; an empty one with the one export
 * stands in for it.
 */
export function installDisplay(writeDisplay: (display: TslabDisplay, update: boolean) => void): void {
  const file = displayModule();
  const stub = Object.assign(Object.create(null) as Partial<NodeJS.Module>, {
    id: file,
    filename: file,
    loaded: true,
    children: [],
    paths: [],
  });
  require.cache[file] = Object.assign(stub, { exports: { lastWriteDisplayData: writeDisplay } }) as NodeJS.Module;
}

/** tslab's public module, as cells import it. */
export function tslabModule(): unknown {
  return require("tslab");
}
