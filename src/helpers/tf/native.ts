import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { TENSORFLOW_ENVIRONMENT } from "./environment";

/**
 * Loads `@tensorflow/tfjs-node`, which registers the backend `tensorflow` (native TensorFlow) and makes it current.
 * The settings of {@link TENSORFLOW_ENVIRONMENT} apply unless the user's environment says otherwise.
 *
 * @returns `undefined` when it is loaded, else the reason why it cannot be.
 */
export function loadNativeTensorFlow(): string | undefined {
  for (const [name, value] of Object.entries(TENSORFLOW_ENVIRONMENT)) process.env[name] ??= value;
  restoreIsNullOrUndefined();
  try {
    const packageFolder = path.dirname(require.resolve("@tensorflow/tfjs-node/package.json"));
    const quietLoad = path.join(packageFolder, "lib", "napi-v8", "quiet_load.node");
    if (fs.existsSync(quietLoad)) process.dlopen({ exports: {} }, quietLoad);
    require("@tensorflow/tfjs-node");
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.split("\n")[0];
  }
}

/**
 * tfjs-node 4.22.0 calls `util.isNullOrUndefined`, which Node 23 removed (tensorflow/tfjs pull request 8425).
 * Where it is still there it is left alone: touching the deprecated function would warn.
 */
function restoreIsNullOrUndefined(): void {
  if ("isNullOrUndefined" in util) return;
  Object.defineProperty(util, "isNullOrUndefined", {
    value: (value: unknown) => value === null || value === undefined,
    configurable: true,
    writable: true,
  });
}
