import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import * as tf from "../tf";
import { requireFittingBatch } from "./batch-errors";
import { type LossOrMetric, lossName, metricByName, optimizerByName } from "./names";

type CompileArgs = Parameters<tf.LayersModel["compile"]>[0];

/** The parts of tfjs-layers' model (4.22.0) that are replaced; the second is protected in its types. */
interface ModelMethods {
  compile(args: CompileArgs): void;
  standardizeUserDataXY(...args: unknown[]): [tf.Tensor[], tf.Tensor[]];
}

const prototype = tf.LayersModel.prototype as unknown as ModelMethods;
const original = sharedAcrossReloads("tfjs-model", (): ModelMethods => ({
  compile: prototype.compile,
  standardizeUserDataXY: prototype.standardizeUserDataXY,
}));

/**
 * From now on every model understands Keras's names of losses, metrics and optimizers in `compile`, takes whole numbers
 * as labels, and says what to do about data that doesn't fit.
 */
export function understandKerasNames(): void {
  prototype.compile = function (this: tf.LayersModel, args) {
    original.compile.call(this, translated(args));
  };
  prototype.standardizeUserDataXY = function (this: tf.LayersModel, ...args) {
    requireFittingBatch(this, args[0], args[1]);
    const [inputs, targets] = original.standardizeUserDataXY.apply(this, args);
    // tfjs's sparse losses and metrics take labels as floats only.
    return [inputs, targets.map((target) => (target.dtype === "int32" ? target.toFloat() : target))];
  };
}

function translated(args: CompileArgs): CompileArgs {
  const { optimizer, loss, metrics } = args;
  return {
    ...args,
    optimizer: typeof optimizer === "string" ? optimizerByName(optimizer) : optimizer,
    ...(loss == null ? {} : { loss: eachName(loss, lossName) as CompileArgs["loss"] }),
    ...(metrics == null ? {} : { metrics: eachName(metrics, metricByName) as CompileArgs["metrics"] }),
  };
}

/** Replaces every string in a name, a list, or names by output. */
function eachName(value: unknown, replace: (name: string) => string | LossOrMetric): unknown {
  if (typeof value === "string") return replace(value);
  if (Array.isArray(value)) return value.map((each) => eachName(each, replace));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([output, each]) => [output, eachName(each, replace)]));
}
