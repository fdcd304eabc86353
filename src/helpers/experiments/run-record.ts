import { randomBytes } from "node:crypto";
import { BatchedDataset } from "../dataset";
import type { History } from "../history/history";
import * as tf from "../tf";

/** A value that a run was made with. */
export type ParameterValue = string | number | boolean;

/** What the reader says about a run: {@link FitOptions.run}. */
export interface RunLabel {
  /** For people; several runs may have the same name, such as repetitions with other seeds. */
  readonly name?: string;
  readonly tags?: readonly string[];
  /** What you varied and `fit` can't see, such as `{ filters: 16, seed: 1 }`. Yours win over those that it sees. */
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
}

/** What a training leaves behind: one line of the file of runs. */
export interface RunRecord {
  /** Unique, also across machines. */
  readonly id: string;
  /** Empty if the reader gave none. */
  readonly name: string;
  readonly tags: readonly string[];
  /** When the training began, in ISO 8601. */
  readonly started: string;
  /** How long it took, validation included. */
  readonly seconds: number;
  /** What it was made with: epochs, batch size, optimizer, …, and the reader's own. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  /** The versions of Node, TensorFlow.js and its backend. */
  readonly versions: Readonly<Record<string, string>>;
  /** A value for each finished epoch, by metric. */
  readonly history: Readonly<Record<string, readonly number[]>>;
}

/** A training that has just ended. */
export interface Training {
  readonly model: tf.LayersModel;
  readonly dataset: tf.data.Dataset<tf.TensorContainer>;
  /** As many as were asked for; the history may have fewer. */
  readonly epochs: number;
  readonly started: Date;
  readonly history: History<string>;
  readonly label?: RunLabel;
}

/** Describes a training that ends now. */
export function makeRecord({ model, dataset, epochs, started, history, label = {} }: Training): RunRecord {
  return {
    id: randomBytes(6).toString("hex"),
    name: label.name ?? "",
    tags: [...new Set(label.tags ?? [])],
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
    parameters: { epochs, ...datasetParameters(dataset), ...modelParameters(model), ...label.parameters },
    versions: { node: process.versions.node, tfjs: tf.version.tfjs, backend: tf.getBackend() },
    history: history.history,
  };
}

function datasetParameters(dataset: Training["dataset"]): Record<string, ParameterValue> {
  if (!(dataset instanceof BatchedDataset)) return {};
  const { batchSize, seed, exampleCount } = dataset as BatchedDataset;
  return { batchSize, examples: exampleCount, ...(seed !== undefined && { seed }) };
}

function modelParameters(model: tf.LayersModel): Record<string, ParameterValue> {
  const optimizer = model.optimizer;
  const { learningRate } = optimizer as unknown as { learningRate?: unknown };
  return {
    optimizer: optimizer.getClassName(),
    ...(typeof learningRate === "number" && { learningRate }),
    ...(typeof model.loss === "string" && { loss: model.loss }),
    layers: model.layers
      .map((layer) => layer.getClassName())
      .filter((name) => name !== "InputLayer")
      .join(" "),
    weights: model.countParams(),
  };
}
