import path from "node:path";
import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";
import { isKerasFile } from "./keras-file/read";
import { readArtifacts } from "./load-model";
import { writeArtifacts } from "./save-model";

interface Handlers {
  save(artifacts: tf.io.ModelArtifacts, folder: string): tf.io.SaveResult;
  load(file: string): tf.io.ModelArtifacts;
}

/** A path of this machine's, not a URL such as `https://…` or `indexeddb://…`. */
const isPlainPath = (url: string | string[]): url is string => typeof url === "string" && !/^\w{2,}:/.test(url);

/** tfjs asks its routers once for each URL, and refuses one that two of them take. */
const handlers = sharedAcrossReloads("plain-paths", () => {
  const current: { handlers?: Handlers } = {};
  tf.io.registerSaveRouter((url) => {
    if (!isPlainPath(url)) return null!;
    return { save: async (artifacts) => current.handlers!.save(artifacts, path.resolve(url)) };
  });
  tf.io.registerLoadRouter((url) => {
    if (!isPlainPath(url)) return null!;
    return { load: async () => current.handlers!.load(url) };
  });
  return current;
});

/** From now on, tfjs's own `model.save(path)` and `tf.loadLayersModel(path)` take plain paths, too. */
export function takePlainPaths(): void {
  handlers.handlers = {
    save: (artifacts, folder) => writeArtifacts(artifacts, folder),
    load(file) {
      if (isKerasFile(file)) {
        throw new UsageError(
          `tf.loadLayersModel: expected a folder with a model.json, found Keras's file "${file}". ` +
            "Call loadModel(path), which reads it.",
        );
      }
      try {
        return readArtifacts(file);
      } catch (error) {
        throw new UsageError(`tf.loadLayersModel: "${file}" can't be read (${(error as Error).message}).`);
      }
    },
  };
}
