import type { MimeBundle } from "./bundle";

/** Where outputs go: a kernel's front end, a terminal, or a test. */
export interface DisplaySink {
  /**
   * @param displayId names the output, so that it can be replaced later
   * @param update replaces the output of that name instead of adding one
   */
  display(bundle: MimeBundle, displayId?: string, update?: boolean): void;
}

const sinkKey = Symbol.for("cnn-helpers.display-sink");
const chosen = globalThis as { [sinkKey]?: DisplaySink };

/** Sends every output to `sink` from now on; `undefined` goes back to the kernel or the terminal. */
export function setDisplaySink(sink: DisplaySink | undefined): void {
  chosen[sinkKey] = sink;
}

/** The sink set by {@link setDisplaySink}. */
export function chosenSink(): DisplaySink | undefined {
  return chosen[sinkKey];
}
