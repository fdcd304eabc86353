import { chosenSink, type DisplaySink } from "../display/sink";
import { kernelSink } from "./kernel-sink";
import { terminalSink } from "./terminal-sink";

/** The current sink: the one set by `setDisplaySink`, otherwise the running kernel, otherwise the terminal. */
export function displaySink(): DisplaySink {
  return chosenSink() ?? kernelSink() ?? terminalSink;
}
