import { backend, findBackendFactory, registerBackend, removeBackend, setBackend } from "@tensorflow/tfjs";
import { loadNativeTensorFlow } from "./native";
import { registerConv2DBackpropFilter } from "./wasm";

/**
 * Chooses the backend once, when the helpers are first imported: native TensorFlow, or where that cannot be loaded
 * WebAssembly, with one line that says so. `TFJS_BACKEND=wasm` asks for WebAssembly.
 *
 * WebAssembly starts asynchronously. Until it is ready (some 50 ms) plain JavaScript computes, so that nobody has to
 * wait; tfjs moves tensors between the two by itself.
 *
 * @returns resolves when the chosen backend computes
 */
function chooseBackend(): Promise<void> {
  const wanted = process.env.TFJS_BACKEND || undefined;
  if (wanted !== undefined && wanted !== "wasm" && wanted !== "tensorflow") {
    throw new Error(
      `TFJS_BACKEND: expected "tensorflow" or "wasm", found "${wanted}". Set one of the two, or unset it.`,
    );
  }
  const reason = wanted === "wasm" ? "TFJS_BACKEND=wasm" : loadNativeTensorFlow();
  if (reason === undefined) return Promise.resolve();
  if (wanted === "tensorflow")
    throw new Error(`Native TensorFlow cannot be loaded: ${reason}. \`npm run doctor\` says what is missing.`);
  console.log(
    `TensorFlow runs on WebAssembly, not natively (${reason}): all works, training takes about 7 times as long. ` +
      "`npm run doctor` says what to do.",
  );
  return startWebAssembly();
}

async function startWebAssembly(): Promise<void> {
  require("@tensorflow/tfjs-backend-wasm");
  registerConv2DBackpropFilter();
  void setBackend("cpu");
  // The JavaScript backend would greet with a banner that recommends tfjs-node.
  (backend() as unknown as { firstUse: boolean }).firstUse = false;

  const instance = await findBackendFactory("wasm")();
  removeEmscriptenListeners();
  // Registered anew as a backend that is there already: asking tfjs for the pending one would block every tensor.
  removeBackend("wasm");
  registerBackend("wasm", () => instance);
  await setBackend("wasm");
}

/** The source of the two listeners that Emscripten adds to the process, without white space. */
const EMSCRIPTEN_LISTENERS = [
  "function(ex){if(!(exinstanceofExitStatus)){throwex;}}",
  "function(reason){throwreason;}",
];

/**
 * The WebAssembly module makes every unhandled rejection fatal; a notebook's kernel has to survive them. Its listeners
 * are known by what they say, since others may have added theirs while the module started.
 */
function removeEmscriptenListeners(): void {
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    for (const listener of process.rawListeners(event) as Array<(...args: unknown[]) => void>) {
      if (EMSCRIPTEN_LISTENERS.includes(String(listener).replace(/\s/g, ""))) process.removeListener(event, listener);
    }
  }
}

/** Chosen once per process: an edit loads the helpers anew, while the backend holds the tensors that there are. */
const readyKey = Symbol.for("cnn-helpers.backend-ready");
const shared = globalThis as { [readyKey]?: Promise<void> };

/** Resolves when the chosen backend computes. */
export const backendReady = (shared[readyKey] ??= chooseBackend());
