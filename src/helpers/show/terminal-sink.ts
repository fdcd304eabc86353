import type { DisplaySink } from "../display/sink";
import { openWindow } from "./window";

/** The text that each live display last had. */
const written = new Map<string, string>();

/**
 * The sink outside a kernel: prints an output's text, and opens a window for figures and pictures if there is a
 * desktop.
 */
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
