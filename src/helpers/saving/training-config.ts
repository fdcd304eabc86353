import { metricAsSaved, savedMetric } from "../keras-names/names";
import type { SavedMetric } from "../metrics/streaming";
import type * as tf from "../tf";
import type { WeightFile } from "./files";
import type { SavedOptimizer } from "./optimizer-state";

/** Losses by name, as `model.compile` takes them. */
type LossNames = string | string[] | { [output: string]: string };
/** Metrics as a file holds them: one, a list, or some for each output. */
type SavedMetrics = string | SavedMetric | SavedMetrics[] | { [output: string]: SavedMetrics };

/** How a saved model was compiled. */
export interface SavedTraining {
  readonly optimizer: SavedOptimizer;
  readonly optimizerWeights: WeightFile;
  /** Loss and metrics; missing if one is a function of a program, which a file can't hold. */
  readonly compiled?: { readonly loss: LossNames; readonly metrics?: SavedMetrics };
}

/** The loss and the metrics of a compiled model, if they can be written down. */
export function savedTraining(model: tf.LayersModel): Pick<SavedTraining, "compiled"> {
  const { loss, metrics } = model as unknown as { loss: unknown; metrics?: unknown };
  if (!areNames(loss)) return {};
  if (metrics == null) return { compiled: { loss } };
  const saved = eachMetric(metrics, (metric) => metricAsSaved(metric));
  return saved === undefined ? {} : { compiled: { loss, metrics: saved as SavedMetrics } };
}

/** Saved metrics as `model.compile` takes them. */
export function loadedMetrics(saved: SavedMetrics): CompileMetrics {
  return eachMetric(saved, (metric) => savedMetric(metric as string | SavedMetric)) as CompileMetrics;
}

type CompileMetrics = Parameters<tf.LayersModel["compile"]>[0]["metrics"];

/** Replaces each metric in a list, or in lists by output; `undefined` if one has no replacement. */
function eachMetric(metrics: unknown, replace: (metric: unknown) => unknown): unknown {
  const isMetric = typeof metrics !== "object" || metrics === null || "metric" in metrics;
  if (isMetric) return replace(metrics);
  const replaced = Object.entries(metrics).map(([key, each]) => [key, eachMetric(each, replace)] as const);
  if (replaced.some(([, each]) => each === undefined)) return undefined;
  return Array.isArray(metrics) ? replaced.map(([, each]) => each) : Object.fromEntries(replaced);
}

function areNames(value: unknown): value is LossNames {
  if (typeof value === "string") return true;
  return typeof value === "object" && value !== null && Object.values(value).every((each) => typeof each === "string");
}
