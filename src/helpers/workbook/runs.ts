import fs from "node:fs";
import path from "node:path";
import { BUILD } from "../../shared/paths";
import { UsageError } from "../../shared/usage-error";
import type { DefaultSeries, History } from "../history/history";
import { displayedHistory } from "../show/history-view";
import * as tf from "../tf";
import { checkModel, describe } from "../tf/checks";

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
 * run of that name is replaced atomically: whenever the process ends, one of the two can be loaded. The optimizer's
 * state isn't saved.
 *
 * @param name letters, digits, `.`, `_` and `-`
 * @param run the model and its history
 * @throws if the name has other characters, or model or history are missing
 * @see notebooks/09-fit.ipynb
 * @example await saveRun("first", { model, history });
 */
export async function saveRun(name: string, { model, history }: SavedRun<string>): Promise<void> {
  const folder = runFolder(name);
  checkModel("saveRun: model", model);
  if (typeof history !== "object" || history === null || !Array.isArray(history.epoch)) {
    throw new UsageError(
      `saveRun: expected a history { epoch, history }, found ${describe(history)}. Pass what fit(…) returned.`,
    );
  }
  // With the process's id, because two notebooks may save a run of the same name at the same time.
  const temporary = `${folder}.${process.pid}.tmp`;
  fs.rmSync(temporary, { recursive: true, force: true });
  fs.mkdirSync(temporary, { recursive: true });
  try {
    await writeModel(temporary, model);
    fs.writeFileSync(path.join(temporary, HISTORY_FILE), JSON.stringify(history));
    if (fs.existsSync(folder)) {
      removeReplacedRuns(folder);
      fs.renameSync(folder, `${folder}.${process.pid}.old`);
    }
    fs.renameSync(temporary, folder);
    removeReplacedRuns(folder);
  } catch (error) {
    throw new UsageError(
      `saveRun: expected to save the run "${name}", found an error (${(error as Error).message}). ` +
        "An earlier run of that name is still there. Free some disk space, or make the folder writable.",
    );
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}

function removeReplacedRuns(folder: string): void {
  for (const replaced of replacedRuns(folder)) fs.rmSync(replaced, { recursive: true, force: true });
}

/** Runs of a name that a newer one was about to replace. If the process ended just then, they are all there is. */
function replacedRuns(folder: string): string[] {
  const name = path.basename(folder);
  const isReplaced = (file: string) => file.startsWith(`${name}.`) && /^\d+\.old$/.test(file.slice(name.length + 1));
  return fs
    .readdirSync(path.dirname(folder))
    .filter(isReplaced)
    .map((file) => path.join(path.dirname(folder), file));
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
  const folder = [runFolder(name), ...(fs.existsSync(RUNS_FOLDER) ? replacedRuns(runFolder(name)) : [])].find((one) =>
    fs.existsSync(one),
  );
  if (folder === undefined) return undefined;
  try {
    const history = readHistory<Series>(path.join(folder, HISTORY_FILE));
    const model = await loadModel(folder);
    return { model, history };
  } catch (error) {
    throw new UsageError(
      `loadRun: the run saved as "${name}" can't be read (${(error as Error).message}). ` +
        "Re-run the notebook that trains and saves it.",
    );
  }
}

function runFolder(name: string): string {
  if (!/^\w[\w.-]*$/.test(name))
    throw new UsageError(`name of the run: expected letters, digits, ".", "_" and "-", found "${name}".`);
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

/** tfjs's own function would leave the tensors of a model behind whose weights don't fit. */
async function loadModel(folder: string): Promise<tf.LayersModel> {
  const { modelTopology, weightSpecs, weightData } = readModel(folder);
  const model = await tf.models.modelFromJSON(modelTopology as object as tf.io.ModelJSON);
  try {
    const weights = tf.io.decodeWeights(weightData as ArrayBuffer, weightSpecs ?? []);
    try {
      model.loadWeights(weights);
    } finally {
      tf.dispose(weights);
    }
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
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
    throw new UsageError(`expected ${expected} bytes in ${WEIGHTS_FILE}, found ${weights.length}`);
  return { modelTopology, weightSpecs, weightData: new Uint8Array(weights).buffer };
}

/** Reads a history. The loss of a run that diverged is NaN, for which JSON has null. */
function readHistory<Series extends string>(file: string): History<Series> {
  const history = JSON.parse(fs.readFileSync(file, "utf8"), (_, value: unknown) =>
    value === null ? NaN : value,
  ) as History<Series>;
  if (!Array.isArray(history?.epoch) || typeof history.history !== "object") {
    throw new UsageError(`expected epochs and series in ${HISTORY_FILE}, found neither`);
  }
  return displayedHistory(history);
}
