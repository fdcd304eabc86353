import { randomUUID } from "node:crypto";
import { bundleOf } from "./bundle-of";
import { displaySink } from "./current-sink";

/**
 * Shows values, each as one output. Figures, pictures, tables, tensors, models, training histories, arquero tables and
 * anything with a bundle of its own (`Displayable`) have their own views; other values look like `util.inspect`.
 *
 * In a notebook, outputs appear under the cell. In a script, everything is described on standard output, and figures
 * and pictures also open in a window if there is a desktop.
 *
 * @throws if a value can't be shown: a disposed tensor, an empty history, a figure that Plotly can't draw
 * @see notebooks/00-quickstart.ipynb
 * @example await show(history, model, tf.tensor2d([[1, 2], [3, 4]]));
 */
export async function show(...values: unknown[]): Promise<void> {
  // Before anything is awaited, because a kernel's sink belongs to the cell that is running now.
  const sink = displaySink();
  for (const value of values) {
    const bundle = bundleOf(value);
    sink.display(bundle instanceof Promise ? await bundle : bundle);
  }
}

/** An output that can be replaced. */
export interface LiveDisplay {
  /** Replaces the output by `value`. */
  update(value: unknown): Promise<void>;
}

/**
 * Shows a value as an output that can be replaced, for example during training. The last value stays in the notebook.
 *
 * A terminal isn't overwritten: an update prints the lines that were added to the text, the whole text if it changed in
 * another way, and nothing if it is the same. So the value's text decides what ends up in a log.
 *
 * @example
 * const live = await showLive("0 %");
 * await live.update("100 %");
 */
export async function showLive(value: unknown): Promise<LiveDisplay> {
  const sink = displaySink();
  const displayId = randomUUID();
  sink.display(await bundleOf(value), displayId);
  return {
    async update(next) {
      sink.display(await bundleOf(next), displayId, true);
    },
  };
}
