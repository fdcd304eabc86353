/**
 * TensorFlow.js on the best backend that this machine has. Importing it loads the backend, so
 * `import { tf } from "cnn-helpers"` is all that a notebook needs.
 */
import { backendReady } from "./backend";

export * from "@tensorflow/tfjs";

/** Resolves when the backend computes: at once on native TensorFlow, after some 50 ms on WebAssembly. */
export function ready(): Promise<void> {
  return backendReady;
}
