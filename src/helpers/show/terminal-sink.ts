import type { DisplaySink } from "./sink";

/** Outside a kernel an output is its text, on standard output. An update is a new line: nothing is overwritten. */
export const terminalSink: DisplaySink = {
  display(bundle) {
    process.stdout.write(bundle["text/plain"] + "\n");
  },
};
