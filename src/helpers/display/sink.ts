import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import type { MimeBundle } from "./bundle";

/** Where outputs go: a kernel's front end, a terminal, or a test. */
export interface DisplaySink {
  /**
   * Shows one output.
   *
   * @param displayId names the output, so that it can be replaced later
   * @param update replaces the output of that name instead of adding one
   */
  display(bundle: MimeBundle, displayId?: string, update?: boolean): void;
}

const chosen = sharedAcrossReloads("display-sink", (): { sink?: DisplaySink } => ({}));

/**
 * Sends every output to `sink` from now on; with `undefined`, to the kernel or the terminal again.
 *
 * @example
 * const shown: unknown[] = [];
 * setDisplaySink({ display: (bundle) => void shown.push(bundle) });
 * await show("to the sink");
 * setDisplaySink(undefined);
 */
export function setDisplaySink(sink: DisplaySink | undefined): void {
  chosen.sink = sink;
}

/** The sink set by {@link setDisplaySink}. */
export function chosenSink(): DisplaySink | undefined {
  return chosen.sink;
}
