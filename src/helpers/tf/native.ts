import fs from "node:fs";
import path from "node:path";
import util from "node:util";
import { TENSORFLOW_ENVIRONMENT } from "./environment";

/**
 * Loads `@tensorflow/tfjs-node`, which registers the backend `tensorflow` (native TensorFlow) and makes it current.
 * {@link TENSORFLOW_ENVIRONMENT} applies, except for variables that the user has set.
 *
 * @returns `undefined` if it is loaded, otherwise the reason why it can't be
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
 * Older versions keep their own: touching the deprecated function prints a warning.
 */
function restoreIsNullOrUndefined(): void {
  if ("isNullOrUndefined" in util) return;
  Object.defineProperty(util, "isNullOrUndefined", {
    value: (value: unknown) => value === null || value === undefined,
    configurable: true,
    writable: true,
  });
}
