import fs from "node:fs";
import path from "node:path";
import { BUILD } from "../../shared/paths";
import type { DefaultSeries, History } from "../history/history";
import { displayedHistory } from "../show/history-view";
import * as tf from "../tf";
import { disposeModelWhenUnreachable } from "../tf/memory";

/** A trained model and the history of its training. */
export interface SavedRun<Series extends string = DefaultSeries> {
  readonly model: tf.LayersModel;
  readonly history: History<Series>;
}

const RUNS_FOLDER = path.join(BUILD, "runs");
const MODEL_FILE = "model.json";
const WEIGHTS_FILE = "weights.bin";
const HISTORY_FILE = "history.json";

/**
 * Saves a model and its history under a name, so that another notebook can load them with {@link loadRun}. An earlier
 * run
 * of that name is replaced atomically. The optimizer's state isn't saved.
 *
 * @param name letters, digits, `.`, `_` and `-`
 * @param run the model and its history
 * @see notebooks/09-fit.ipynb
 * @example await saveRun("first", { model, history });
 */
export async function saveRun(name: string, { model, history }: SavedRun<string>): Promise<void> {
  const folder = runFolder(name);
  // With the process's id, because two notebooks may save a run of the same name at the same time.
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
 * Loads the run that {@link saveRun} saved under a name; `undefined` if there is none. The model isn't compiled.
 *
 * @throws if the files are damaged
 * @see notebooks/10-plots.ipynb
 * @example
 * const run = await loadRun("first");
 * if (run !== undefined) await show(historyFigure(run.history));
 */
export async function loadRun<Series extends string = DefaultSeries>(
  name: string,
): Promise<SavedRun<Series> | undefined> {
  const folder = runFolder(name);
  if (!fs.existsSync(folder)) return undefined;
  try {
    const history = readHistory<Series>(path.join(folder, HISTORY_FILE));
    const model = await tf.loadLayersModel(tf.io.fromMemory(readModel(folder)));
    return { model: disposeModelWhenUnreachable(model), history };
  } catch (error) {
    throw new Error(
      `loadRun: the run saved as "${name}" can't be read (${(error as Error).message}). ` +
        "Re-run the notebook that trains and saves it.",
    );
  }
}

function runFolder(name: string): string {
  if (!/^\w[\w.-]*$/.test(name))
    throw new Error(`name of the run: expected letters, digits, ".", "_" and "-", found "${name}".`);
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
  // Checked before tfjs makes any tensor: it would stop halfway through a truncated file, and accept one that is too
  // long.
  const expected = weightSpecs.reduce(
    (bytes, { shape, dtype }) => bytes + tf.util.sizeFromShape(shape) * tf.util.bytesPerElement(dtype),
    0,
  );
  if (weights.length !== expected)
    throw new Error(`expected ${expected} bytes in ${WEIGHTS_FILE}, found ${weights.length}`);
  return { modelTopology, weightSpecs, weightData: new Uint8Array(weights).buffer };
}

/** Reads a history. The loss of a run that diverged is NaN, for which JSON has null. */
function readHistory<Series extends string>(file: string): History<Series> {
  const history = JSON.parse(fs.readFileSync(file, "utf8"), (_, value: unknown) =>
    value === null ? NaN : value,
  ) as History<Series>;
  if (!Array.isArray(history?.epoch) || typeof history.history !== "object") {
    throw new Error(`expected epochs and series in ${HISTORY_FILE}, found neither`);
  }
  return displayedHistory(history);
}
