import path from "node:path";
import type { DisplaySink } from "../display/sink";

/** `lastWriteDisplayData` of tslab's Jupyter module: it writes `display_data` or `update_display_data`. */
type WriteDisplayData = (
  content: { data: object; metadata: object; transient: { display_id?: string } },
  update: boolean,
) => void;

const TSLAB_JUPYTER = path.join("tslab", "dist", "jupyter.js");

/**
 * The front end of the kernel that this process is, or `undefined` when it is none.
 *
 * tslab's `display` sends one MIME type a call; whole bundles go through the function that its Jupyter module holds
 * while a cell runs. The module is looked up among those already loaded: loading it would not make this process a kernel.
 */
export function kernelSink(): DisplaySink | undefined {
  const loaded = Object.keys(require.cache).find((file) => file.endsWith(path.sep + TSLAB_JUPYTER));
  if (loaded === undefined) return undefined;
  const { lastWriteDisplayData: write } = require.cache[loaded]?.exports as {
    lastWriteDisplayData: WriteDisplayData | null;
  };
  // Null until the first cell runs; each cell has its own, so that an output lands under the cell that asked for it.
  if (!write) return undefined;
  return {
    display(bundle, displayId, update = false) {
      write(
        { data: bundle, metadata: {}, transient: displayId === undefined ? {} : { display_id: displayId } },
        update,
      );
    },
  };
}
