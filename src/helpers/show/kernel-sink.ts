import path from "node:path";
import type { DisplaySink } from "../display/sink";

/** `lastWriteDisplayData` in tslab's Jupyter module, which sends `display_data` or `update_display_data`. */
type WriteDisplayData = (
  content: { data: object; metadata: object; transient: { display_id?: string } },
  update: boolean,
) => void;

const TSLAB_JUPYTER = path.join("tslab", "dist", "jupyter.js");

/**
 * The sink of the kernel that this process is, or `undefined` if it isn't a kernel.
 *
 * tslab's `display` sends only one MIME type per call; whole bundles go through the function that its Jupyter module
 * holds while a cell runs. The module is only looked up, not loaded: loading it wouldn't make this process a kernel.
 */
export function kernelSink(): DisplaySink | undefined {
  const loaded = Object.keys(require.cache).find((file) => file.endsWith(path.sep + TSLAB_JUPYTER));
  if (loaded === undefined) return undefined;
  const { lastWriteDisplayData: write } = require.cache[loaded]?.exports as {
    lastWriteDisplayData: WriteDisplayData | null;
  };
  // Null until the first cell runs. Each cell has its own, so that outputs appear under the cell that made them.
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
