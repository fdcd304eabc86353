import { chosenSink, type DisplaySink } from "../display/sink";
import { kernelSink } from "./kernel-sink";
import { terminalSink } from "./terminal-sink";

/** The sink in use: the one set by `setDisplaySink`, else the running kernel, else the terminal. */
export function displaySink(): DisplaySink {
  return chosenSink() ?? kernelSink() ?? terminalSink;
}
