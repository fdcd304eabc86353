import fs from "node:fs";
import path from "node:path";
import { UsageError } from "../../shared/usage-error";
import "../keras-names";
import * as tf from "../tf";
import { MODEL_FILE, readWeights, type WeightFile } from "./files";
import { isKerasFile, readKerasFile } from "./keras-file/read";
import { makeOptimizer, restoreOptimizer } from "./optimizer-state";
import { loadedMetrics, type SavedTraining } from "./training-config";

/** The parts of a `model.json` that are read. */
interface SavedModel {
  readonly modelTopology?: object;
  readonly weightsManifest?: readonly WeightFile[];
  readonly trainingConfig?: tf.io.TrainingConfig;
  readonly userDefinedMetadata?: { readonly training?: SavedTraining };
}

/**
 * Loads a model by plain path, like `keras.models.load_model(path)`: one that {@link saveModel} saved, or any model in
 * tfjs's web format. A model that was compiled when it was saved is compiled again, with the optimizer's state, so
 * training goes on where it stopped. If its loss or a metric is a function, the model isn't compiled, and a line says
 * so: compile it, then call {@link loadWeights} for the optimizer's state.
 *
 * It also reads files that Keras saved with `model.save(path)`: `.keras`, and the older `.h5`. Their layers must be
 * among those that TensorFlow.js has, with options that mean the same in both; the error names all others. Such a model
 * isn't compiled: call `model.compile`.
 *
 * The model's weights are freed when nothing refers to it any more.
 *
 * @param file the folder or its `model.json`, or a file of Keras's
 * @throws UsageError if the files are missing or damaged, or a layer's class isn't registered
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * await saveModel(model, "build/my-model");
 * const same = await loadModel("build/my-model");
 * await evaluate(same, testSet);
 */
export async function loadModel(file: string): Promise<tf.LayersModel> {
  if (typeof file !== "string")
    throw new UsageError(`loadModel: expected a path, found ${String(file)}. Pass the folder that saveModel wrote.`);
  return named("loadModel", file, async () => {
    if (isKerasFile(file)) return readKerasFile(path.resolve(file));
    const { folder, content } = read(file);
    if (content.modelTopology === undefined)
      throw new UsageError(`expected a modelTopology in ${MODEL_FILE}, found none`);
    const manifest = content.weightsManifest ?? [];
    const model = await tf.loadLayersModel(
      tf.io.fromMemory({
        modelTopology: content.modelTopology,
        weightSpecs: manifest.flatMap(({ weights }) => weights),
        weightData: readWeights(folder, manifest).buffer as ArrayBuffer,
      }),
    );
    const training = content.userDefinedMetadata?.training;
    if (training === undefined) return model;
    if (training.compiled === undefined) {
      console.log(
        "loadModel: the loss or a metric is a function, so the model isn't compiled. To continue training, call " +
          "model.compile(…), then loadWeights(model, …) for the optimizer's state.",
      );
      return model;
    }
    const { loss, metrics } = training.compiled;
    const optimizer = makeOptimizer(training.optimizer);
    model.compile({ loss, optimizer, ...(metrics === undefined ? {} : { metrics: loadedMetrics(metrics) }) });
    withOptimizerWeights(folder, training, (tensors) => restoreOptimizer(model.optimizer, training.optimizer, tensors));
    return model;
  });
}

/**
 * Gives a model the weights that {@link saveModel} saved, like `model.load_weights(path)` in Keras, and its optimizer
 * the state that was saved, if the model is compiled with the same kind of optimizer.
 *
 * @param model has the layers of the saved model
 * @param file the folder, or its `model.json`
 * @throws UsageError if the files are missing or damaged, or the weights don't have the shapes of the model's
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * await saveModel(model, "build/my-model");
 * await loadWeights(model, "build/my-model");
 */
export async function loadWeights(model: tf.LayersModel, file: string): Promise<void> {
  return named("loadWeights", file, async () => {
    const { folder, content } = read(file);
    const manifest = content.weightsManifest ?? [];
    const saved = decode(readWeights(folder, manifest), manifest);
    try {
      const shapes = (tensors: readonly tf.Tensor[]) => tensors.map(({ shape }) => `[${shape}]`).join(", ");
      const own = model.getWeights();
      if (shapes(saved) !== shapes(own))
        throw new UsageError(`expected weights of the shapes ${shapes(own)}, found ${shapes(saved)}`);
      model.setWeights(saved);
    } finally {
      tf.dispose(saved);
    }
    const training = content.userDefinedMetadata?.training;
    if (training === undefined || model.optimizer === undefined) return;
    withOptimizerWeights(folder, training, (tensors) => restoreOptimizer(model.optimizer, training.optimizer, tensors));
  });
}

function withOptimizerWeights(folder: string, training: SavedTraining, use: (tensors: tf.Tensor[]) => void): void {
  const manifest = [training.optimizerWeights];
  const tensors = decode(readWeights(folder, manifest), manifest);
  try {
    use(tensors);
  } finally {
    tf.dispose(tensors);
  }
}

/** The tensors of a manifest, in its order. */
function decode(data: Uint8Array, manifest: readonly WeightFile[]): tf.Tensor[] {
  const specs = manifest.flatMap(({ weights }) => weights);
  const named = tf.io.decodeWeights(data.buffer as ArrayBuffer, specs);
  return specs.map(({ name }) => named[name]);
}

/** Reads a model in tfjs's web format, for tfjs's own `tf.loadLayersModel`. */
export function readArtifacts(file: string): tf.io.ModelArtifacts {
  const { folder, content } = read(file);
  const manifest = content.weightsManifest ?? [];
  return {
    modelTopology: content.modelTopology,
    weightSpecs: manifest.flatMap(({ weights }) => weights),
    weightData: readWeights(folder, manifest).buffer as ArrayBuffer,
    trainingConfig: content.trainingConfig,
    userDefinedMetadata: content.userDefinedMetadata,
  };
}

function read(file: string): { folder: string; content: SavedModel } {
  const resolved = path.resolve(file);
  const json = path.extname(resolved) === ".json" ? resolved : path.join(resolved, MODEL_FILE);
  if (!fs.existsSync(json)) throw new UsageError(`expected a folder with a ${MODEL_FILE}, found none`);
  const content = JSON.parse(fs.readFileSync(json, "utf8")) as SavedModel | null;
  if (typeof content !== "object" || content === null) throw new UsageError(`expected an object in ${MODEL_FILE}`);
  return { folder: path.dirname(json), content };
}

async function named<Result>(caller: string, file: string, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw new UsageError(`${caller}: "${file}" can't be read (${(error as Error).message}).`);
  }
}
