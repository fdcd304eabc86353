import path from "node:path";
import { writeAtomically } from "../../shared/atomic-write";
import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";
import { checkModel } from "../tf/checks";
import { MODEL_FILE, removeOldWeights, writeWeights } from "./files";
import { optimizerState } from "./optimizer-state";
import { savedTraining, type SavedTraining } from "./training-config";

/**
 * Saves a model in a folder, like `model.save(path)` in Keras: layers, weights and, if the model is compiled, loss,
 * metrics and the optimizer with its state. {@link loadModel} reads it.
 *
 * The folder holds tfjs's web format, so a page can load its `model.json` with `tf.loadLayersModel(url)`. An earlier
 * model in the folder is replaced atomically: whenever the process ends, the folder holds one of the two.
 *
 * @param model its layers are tfjs's own, or registered with `tf.serialization.registerClass`
 * @param folder a plain path, absolute or relative to the working directory; missing folders are created
 * @throws UsageError if the folder can't be written
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * await saveModel(model, "build/my-model");
 * const same = await loadModel("build/my-model");
 */
export async function saveModel(model: tf.LayersModel, folder: string): Promise<void> {
  checkModel("saveModel: model", model);
  try {
    await write(model, path.resolve(folder));
  } catch (error) {
    throw new UsageError(
      `saveModel: expected a folder that can be written, found "${folder}", where the model can't be saved ` +
        `(${(error as Error).message}). Choose another folder, or make room in this one.`,
    );
  }
}

async function write(model: tf.LayersModel, folder: string): Promise<void> {
  const training = model.optimizer === undefined ? undefined : await writeTraining(model, folder);
  await model.save(tf.io.withSaveHandler(async (artifacts) => writeArtifacts(artifacts, folder, training)));
}

/** Writes what tfjs's own `model.save` makes, in the web format, and how the model was compiled. */
export function writeArtifacts(
  { modelTopology, weightSpecs = [], weightData, trainingConfig, userDefinedMetadata = {} }: tf.io.ModelArtifacts,
  folder: string,
  training?: SavedTraining,
): tf.io.SaveResult {
  const file = writeWeights(folder, "weights", new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)));
  const content = {
    format: "layers-model",
    generatedBy: `TensorFlow.js tfjs-layers v${tf.version_layers}`,
    convertedBy: null,
    modelTopology,
    weightsManifest: [{ paths: [file], weights: weightSpecs }],
    trainingConfig,
    userDefinedMetadata: training === undefined ? userDefinedMetadata : { ...userDefinedMetadata, training },
  };
  writeAtomically(path.join(folder, MODEL_FILE), JSON.stringify(content));
  removeOldWeights(folder, [file, ...(training?.optimizerWeights.paths ?? [])]);
  return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
}

async function writeTraining(model: tf.LayersModel, folder: string): Promise<SavedTraining> {
  const { saved, tensors } = optimizerState(model.optimizer);
  const { data, specs } = await tf.io.encodeWeights(
    tensors.map((tensor, i) => ({ name: `optimizer/${i}`, tensor: tensor as tf.Tensor })),
  );
  const file = writeWeights(folder, "optimizer", new Uint8Array(data));
  return { ...savedTraining(model), optimizer: saved, optimizerWeights: { paths: [file], weights: specs } };
}
