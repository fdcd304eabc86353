import fs from "node:fs";
import path from "node:path";
import { BUILD } from "../../shared/paths";
import type { DefaultSeries, History } from "../history/history";
import { displayedHistory } from "../show/history-view";
import * as tf from "../tf";
import { disposeModelWhenUnreachable } from "../tf/memory";

/** A trained model and how it was trained. */
export interface Run<Series extends string = DefaultSeries> {
  readonly model: tf.LayersModel;
  readonly history: History<Series>;
}

const RUNS_FOLDER = path.join(BUILD, "runs");
const MODEL_FILE = "model.json";
const WEIGHTS_FILE = "weights.bin";
const HISTORY_FILE = "history.json";

/**
 * Keeps a model and its history under a name, so that another notebook can start from them with {@link loadRun}.
 * What was kept under that name before is replaced, whole or not at all. Optimizer state is not kept.
 *
 * @param name letters, digits, `.`, `_` and `-`
 */
export async function saveRun(name: string, { model, history }: Run<string>): Promise<void> {
  const folder = runFolder(name);
  const temporary = `${folder}.${process.pid}.tmp`;
  fs.rmSync(temporary, { recursive: true, force: true });
  fs.mkdirSync(temporary, { recursive: true });
  try {
    await writeModel(temporary, model);
    fs.writeFileSync(path.join(temporary, HISTORY_FILE), JSON.stringify(history));
    const replaced = `${folder}.${process.pid}.old`;
    if (fs.existsSync(folder)) fs.renameSync(folder, replaced);
    fs.renameSync(temporary, folder);
    fs.rmSync(replaced, { recursive: true, force: true });
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * What {@link saveRun} kept under a name, or `undefined` when nothing is there. The model is not compiled.
 *
 * @throws when the files are damaged; the message says what to do
 */
export async function loadRun<Series extends string = DefaultSeries>(name: string): Promise<Run<Series> | undefined> {
  const folder = runFolder(name);
  if (!fs.existsSync(folder)) return undefined;
  try {
    const history = readHistory<Series>(path.join(folder, HISTORY_FILE));
    const model = await tf.loadLayersModel(tf.io.fromMemory(readModel(folder)));
    return { model: disposeModelWhenUnreachable(model), history };
  } catch (error) {
    throw new Error(
      `loadRun: what was saved as "${name}" cannot be read (${(error as Error).message}). Save it again by running the notebook that trains it.`,
    );
  }
}

function runFolder(name: string): string {
  if (!/^\w[\w.-]*$/.test(name))
    throw new Error(`Expected a run's name of letters, digits, ".", "_" and "-", found "${name}".`);
  return path.join(RUNS_FOLDER, name);
}

async function writeModel(folder: string, model: tf.LayersModel): Promise<void> {
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const weights = tf.io.CompositeArrayBuffer.join(weightData);
      fs.writeFileSync(path.join(folder, MODEL_FILE), JSON.stringify({ modelTopology, weightSpecs }));
      fs.writeFileSync(path.join(folder, WEIGHTS_FILE), Buffer.from(weights));
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
    }),
  );
}

function readModel(folder: string): tf.io.ModelArtifacts {
  const { modelTopology, weightSpecs } = JSON.parse(fs.readFileSync(path.join(folder, MODEL_FILE), "utf8")) as {
    modelTopology: object;
    weightSpecs: tf.io.WeightsManifestEntry[];
  };
  const weights = fs.readFileSync(path.join(folder, WEIGHTS_FILE));
  // Checked before tfjs makes the first tensor: it stops half-way at a file cut short, and takes one that is too long.
  const expected = weightSpecs.reduce(
    (bytes, { shape, dtype }) => bytes + tf.util.sizeFromShape(shape) * tf.util.bytesPerElement(dtype),
    0,
  );
  if (weights.length !== expected)
    throw new Error(`expected ${expected} bytes in ${WEIGHTS_FILE}, found ${weights.length}`);
  return { modelTopology, weightSpecs, weightData: new Uint8Array(weights).buffer };
}

/** JSON has no NaN, which is the loss of a training that diverged; it is written as null. */
function readHistory<Series extends string>(file: string): History<Series> {
  const history = JSON.parse(fs.readFileSync(file, "utf8"), (_, value) =>
    value === null ? NaN : value,
  ) as History<Series>;
  if (!Array.isArray(history?.epoch) || typeof history.history !== "object") {
    throw new Error(`expected epochs and series in ${HISTORY_FILE}, found neither`);
  }
  return displayedHistory(history);
}
