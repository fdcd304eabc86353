import { randomUUID } from "node:crypto";
import { bundleOf } from "./bundle-of";
import { displaySink } from "./current-sink";

/**
 * Shows any value as one output, in the best view that there is for it: a figure, a picture, a table, a tensor, a model, a
 * training history, an arquero table, anything that says itself how it wants to be shown (`Displayable`); any other
 * value as `util.inspect` writes it. Several values become several outputs.
 *
 * In a notebook the output appears under the cell. From a plain script figures and pictures open in a window where there is a
 * desktop, and everything is described on standard output.
 *
 * @throws when the value is broken: a disposed tensor, an empty history, a figure that Plotly cannot draw
 */
export async function show(...values: unknown[]): Promise<void> {
  // Asked for before anything is awaited: a kernel's sink belongs to the cell that runs now.
  const sink = displaySink();
  for (const value of values) {
    const bundle = bundleOf(value);
    sink.display(bundle instanceof Promise ? await bundle : bundle);
  }
}

/** An output that can be replaced. */
export interface LiveDisplay {
  /** Shows `value` in the place of what was there. */
  update(value: unknown): Promise<void>;
}

/**
 * Shows a value as an output that can be replaced, for example while a model trains; the last one stays in the notebook.
 *
 * In a terminal nothing is overwritten: an update prints the lines by which its text has grown, all of its text if it has
 * changed otherwise, and nothing if it is the same. So the text of a live value decides what a log of the run holds.
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
