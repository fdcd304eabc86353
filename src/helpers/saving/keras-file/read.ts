import fs from "node:fs";
import path from "node:path";
import { unzipSync } from "fflate";
import * as tf from "../../tf";
import { convertModel, isModel, type KerasLayer, layersOf, nameOfLayer } from "./convert";
import { type Group, groupIn, openHdf5, tensorIn } from "./hdf5";

/** Larger files than any model that is worth loading here are refused, so that a zip bomb can't fill the memory. */
const MAX_BYTES = 2 ** 31;
const ZIP_PARTS = ["config.json", "model.weights.h5"];

/** Whether a path names a file of Keras's. */
export function isKerasFile(file: string): boolean {
  return [".keras", ".h5", ".hdf5"].includes(path.extname(file).toLowerCase());
}

/**
 * Reads a model that Keras saved, with its weights; it isn't compiled.
 *
 * @throws Error if the file is damaged or tfjs doesn't have a layer
 */
export async function readKerasFile(file: string): Promise<tf.LayersModel> {
  if (!fs.existsSync(file)) throw new Error("expected a file, found none");
  const bytes = fs.readFileSync(file);
  return path.extname(file).toLowerCase() === ".keras" ? readZip(bytes) : readHdf5(bytes);
}

/** `.keras`, the format of Keras 3: a zip of the layers as JSON and the weights as HDF5. */
async function readZip(bytes: Uint8Array): Promise<tf.LayersModel> {
  const parts = unzipSync(bytes, {
    filter({ name, originalSize }) {
      if (!ZIP_PARTS.includes(name)) return false;
      if (originalSize > MAX_BYTES) throw new Error(`expected at most ${MAX_BYTES} bytes of ${name}`);
      return true;
    },
  });
  for (const name of ZIP_PARTS) if (!(name in parts)) throw new Error(`expected ${name} in the file, found none`);
  const config = JSON.parse(Buffer.from(parts["config.json"]).toString("utf8")) as KerasLayer;
  const model = await build(config);
  return withWeights(model, () => {
    setByPlace(model, config, openHdf5(parts["model.weights.h5"], "model.weights.h5"));
  });
}

/** `.h5`, Keras's older format. */
async function readHdf5(bytes: Uint8Array): Promise<tf.LayersModel> {
  const root = openHdf5(bytes, "model.h5");
  const json = root.attrs.model_config;
  if (typeof json !== "string") {
    throw new Error(
      "expected a whole model, found none: it may hold weights only. Save it in Keras with model.save(path)",
    );
  }
  const config = JSON.parse(json) as KerasLayer;
  const model = await build(config);
  return withWeights(model, () => setByName(model, groupIn(root, "model_weights") ?? root));
}

async function build(config: KerasLayer): Promise<tf.LayersModel> {
  return tf.loadLayersModel({ load: async () => ({ modelTopology: convertModel(config) }) });
}

function withWeights(model: tf.LayersModel, set: () => void): tf.LayersModel {
  try {
    tf.tidy(set);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** In `.h5` files, each layer's group lists its weights in Keras's order, which is tfjs's. */
function setByName(model: tf.LayersModel, weights: Group): void {
  for (const layer of model.layers) {
    const group = groupIn(weights, layer.name);
    const names = ((group?.attrs.weight_names ?? []) as string[]).map(String);
    setWeights(
      layer,
      names.map((name) => tensorIn(group!, name)),
    );
  }
}

/** In `.keras` files, layers are found by class and place: `layers/conv2d`, `layers/conv2d_1`, … */
function setByPlace(model: tf.LayersModel, config: KerasLayer, root: Group): void {
  const groups = groupIn(root, "layers") ?? groupIn(root, "_layer_checkpoint_dependencies");
  const used = new Map<string, number>();
  for (const layer of layersOf(config)) {
    const kind = snakeCase(layer.class_name);
    const count = used.get(kind) ?? 0;
    used.set(kind, count + 1);
    // tfjs's sequential models have no input layer.
    if (layer.class_name === "InputLayer") continue;
    const place = count === 0 ? kind : `${kind}_${count}`;
    const group = groups === undefined ? undefined : groupIn(groups, place);
    const target = model.getLayer(nameOfLayer(layer));
    if (isModel(layer)) {
      if (group === undefined) throw new Error(`expected the weights of ${target.name} at layers/${place}, found none`);
      setByPlace(target as tf.LayersModel, layer, group);
    } else setWeights(target, group === undefined ? [] : [...numbered(group)]);
  }
}

/** A layer's own weights; those of a recurrent layer are its cell's. */
function* numbered(layer: Group): Generator<tf.Tensor> {
  const cell = groupIn(layer, "cell");
  for (const group of [layer, ...(cell === undefined ? [] : [cell])]) {
    const vars = groupIn(group, "vars");
    for (const key of (vars?.keys ?? []).sort((a, b) => Number(a) - Number(b))) yield tensorIn(vars!, key);
  }
}

function setWeights(layer: tf.layers.Layer, weights: tf.Tensor[]): void {
  const shapes = (tensors: readonly { readonly shape: readonly (number | null)[] }[]) =>
    tensors.map(({ shape }) => `[${shape}]`).join(", ") || "none";
  if (shapes(weights) !== shapes(layer.weights)) {
    throw new Error(
      `expected weights of the shapes ${shapes(layer.weights)} for the layer ${layer.name}, found ${shapes(weights)}`,
    );
  }
  if (weights.length > 0) layer.setWeights(weights);
}

/** Keras's `to_snake_case`: `MaxPooling2D` becomes `max_pooling2d`. */
function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
