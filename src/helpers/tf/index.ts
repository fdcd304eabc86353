/**
 * TensorFlow.js on the best backend that this machine has. Importing it also loads the backend, so
 * `import { tf } from "cnn-helpers"` is all that a notebook needs.
 */
import { backendReady } from "./backend";
import { freeWhatIsUnreachable } from "./memory";

freeWhatIsUnreachable();

export * from "@tensorflow/tfjs";

/** Resolves when the backend is ready: immediately with native TensorFlow, after about 50 ms with WebAssembly. */
export function ready(): Promise<void> {
  return backendReady;
}
