/**
 * TensorFlow.js on the best backend that this machine has. Importing it loads the backend, so
 * `import { tf } from "cnn-helpers"` is all that a notebook needs.
 */
import "./backend";
export * from "@tensorflow/tfjs";
