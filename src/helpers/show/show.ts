import { randomUUID } from "node:crypto";
import type { MimeBundle } from "./bundle";
import { bundleOf } from "./bundle-of";
import { displaySink } from "./sink";

/**
 * Shows any value as one output, in the best view that there is for it: a figure, a picture, a table, a tensor, a model, a
 * training history, an arquero table, anything that says itself how to be shown ({@link Displayable}); else as `util.inspect` writes it.
 *
 * In a notebook the output appears under the cell; in a plain script it is text.
 */
export async function show(value: unknown): Promise<void> {
  const sink = displaySink();
  sink.display(await bundleOf(value));
}

/** An output that can be replaced. */
export interface LiveDisplay {
  /** Shows `value` in the place of what was there. */
  update(value: unknown): Promise<void>;
}

/** Shows a value as an output that can be replaced later, for example while a model trains. The last one stays in the notebook. */
export async function showLive(value: unknown): Promise<LiveDisplay> {
  const sink = displaySink();
  const displayId = randomUUID();
  let last: MimeBundle = await bundleOf(value);
  sink.display(last, displayId);
  return {
    async update(next) {
      last = await bundleOf(next);
      sink.display(last, displayId, true);
    },
  };
}
