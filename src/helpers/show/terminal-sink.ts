import type { DisplaySink } from "../display/sink";
import { openWindow } from "./window";

const written = new Map<string, string>();

/** Outside a kernel an output is its text on standard output, and a window for what can be drawn, where there is a desktop. */
export const terminalSink: DisplaySink = {
  display(bundle, displayId, update = false) {
    const text = bundle["text/plain"];
    const before = displayId !== undefined && update ? (written.get(displayId) ?? "") : "";
    if (displayId !== undefined) written.set(displayId, text);
    const added = text.startsWith(before) ? text.slice(before.length).replace(/^\n/, "") : text;
    if (added !== "") process.stdout.write(added + "\n");
    if (displayId === undefined) openWindow(bundle);
  },
};
