import { backend, findBackendFactory, registerBackend, removeBackend, setBackend } from "@tensorflow/tfjs";
import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import { UsageError } from "../../shared/usage-error";
import { loadNativeTensorFlow } from "./native";
import { registerConv2DBackpropFilter } from "./wasm";

/**
 * Chooses the backend once, when the helpers are first imported: native TensorFlow or, if that can't be loaded,
 * WebAssembly, and then prints a line that says so. `TFJS_BACKEND=wasm` chooses WebAssembly.
 *
 * WebAssembly starts asynchronously. Until it is ready (after about 50 ms), tensors are computed in plain JavaScript,
 * so that code needn't wait for it; tfjs moves tensors from one backend to the other by itself.
 *
 * @returns resolves when the chosen backend is ready
 */
function chooseBackend(): Promise<void> {
  const wanted = process.env.TFJS_BACKEND || undefined;
  if (wanted !== undefined && wanted !== "wasm" && wanted !== "tensorflow") {
    throw new UsageError(
      `TFJS_BACKEND: expected "tensorflow" or "wasm", found "${wanted}". Set one of the two, or unset it.`,
    );
  }
  const reason = wanted === "wasm" ? "TFJS_BACKEND=wasm" : loadNativeTensorFlow();
  if (reason === undefined) return Promise.resolve();
  if (wanted === "tensorflow")
    throw new UsageError(
      `Native TensorFlow can't be loaded: ${reason}. Run \`npm run doctor\` to see what is missing.`,
    );
  console.log(
    `TensorFlow runs on WebAssembly because native TensorFlow isn't available (${reason}). Everything works, but ` +
      "training takes about 7 times as long. Run `npm run doctor` to see how to fix it.",
  );
  return startWebAssembly();
}

async function startWebAssembly(): Promise<void> {
  require("@tensorflow/tfjs-backend-wasm");
  registerConv2DBackpropFilter();
  void setBackend("cpu");
  // Otherwise the JavaScript backend prints a banner that recommends tfjs-node.
  (backend() as unknown as { firstUse: boolean }).firstUse = false;

  const instance = await findBackendFactory("wasm")();
  removeEmscriptenListeners();
  // Registered again, as a backend that has already started: while tfjs waits for one to start, no tensor works.
  removeBackend("wasm");
  registerBackend("wasm", () => instance);
  await setBackend("wasm");
}

/** The source code, without white space, of the two listeners that Emscripten adds to the process. */
const EMSCRIPTEN_LISTENERS = [
  "function(ex){if(!(exinstanceofExitStatus)){throwex;}}",
  "function(reason){throwreason;}",
];

/**
 * The WebAssembly module makes every unhandled rejection fatal, but a notebook's kernel has to survive them. Its
 * listeners are recognised by their source code, since other code may have added listeners while the module started.
 */
function removeEmscriptenListeners(): void {
  for (const event of ["uncaughtException", "unhandledRejection"]) {
    for (const listener of process.rawListeners(event) as Array<(...args: unknown[]) => void>) {
      if (EMSCRIPTEN_LISTENERS.includes(String(listener).replace(/\s/g, ""))) process.removeListener(event, listener);
    }
  }
}

/**
 * Resolves when the chosen backend is ready. It is chosen once per process: when the helpers are reloaded after an
 * edit, the backend still holds all tensors.
 */
export const backendReady = sharedAcrossReloads("backend-ready", chooseBackend);
