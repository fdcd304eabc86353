import { UsageError } from "../../shared/usage-error";
import type { CompiledModel } from "../compiled";
import type { AnyBatch } from "../dataset";
import type { Logs } from "../history/history";
import "../keras-names";
import type * as tf from "../tf";
import { checkModel, describe } from "../tf/checks";
import { type ClassWeights, refuseBothWeights } from "./class-weight";

/** What is done with each batch; gives its loss and metrics by tfjs's names. */
export interface Step {
  /** The model that takes it. */
  readonly model: tf.LayersModel;
  /** A step on one batch. */
  onBatch(batch: AnyBatch): Logs<string>;
  /** A step on each of several batches, given by their rows of `all`; one run of one graph, once that is loaded. */
  onRows(all: AnyBatch, batches: Int32Array[]): Logs<string>[];
  /** The names of logs that are sums over the batches since {@link reset}, not those of one batch. */
  readonly streaming: ReadonlySet<string>;
  /** Starts these sums again. */
  reset(): void;
  /** The number of steps from which the multi-step graph repays its load time. */
  readonly breakEvenSteps: number;
}

/** The step that updates the weights. */
export function trainingStep(
  model: CompiledModel,
  { compiled, classWeights }: { readonly compiled: boolean; readonly classWeights?: ClassWeights },
): Step {
  return {
    model: model.model,
    onBatch: ({ xs, ys, sampleWeight }) => {
      if (classWeights !== undefined && sampleWeight !== undefined) refuseBothWeights();
      const byClass = classWeights?.of(ys);
      try {
        return model.trainOnBatch(xs, ys, { compiled, sampleWeight: byClass ?? sampleWeight });
      } finally {
        byClass?.dispose();
      }
    },
    onRows: ({ xs, ys, sampleWeight }, batches) =>
      model.trainOnRows(xs, ys, batches, { compiled, sampleWeight: classWeights?.ofAll(ys) ?? sampleWeight }),
    streaming: model.streamingMetrics,
    reset: () => model.resetMetrics(),
    // The graph loads in about 0.25 s for the article's model.
    breakEvenSteps: 200,
  };
}

/** The step that measures loss and metrics and changes nothing. */
export function testingStep(model: CompiledModel, { compiled = true }: { readonly compiled?: boolean } = {}): Step {
  return {
    model: model.model,
    onBatch: ({ xs, ys, sampleWeight }) => model.testOnBatch(xs, ys, { compiled, sampleWeight }),
    onRows: ({ xs, ys, sampleWeight }, batches) => model.testOnRows(xs, ys, batches, { compiled, sampleWeight }),
    streaming: model.streamingMetrics,
    reset: () => model.resetMetrics(),
    // The graph loads in about 0.06 s for the article's model.
    breakEvenSteps: 100,
  };
}

/** @throws UsageError if the model has no optimizer and loss yet */
export function requireCompiled(model: tf.LayersModel, caller: string): void {
  checkModel(`${caller}: model`, model);
  if (model.optimizer === undefined) {
    throw new UsageError(
      `${caller}: expected a compiled model, found one without optimizer and loss. ` +
        "Call model.compile({ optimizer, loss, metrics }) first.",
    );
  }
}

/**
 * @param name in error messages, such as `fit: validationData`
 * @throws UsageError unless the value is a dataset with an end
 */
export function requireDataset(dataset: tf.data.Dataset<tf.TensorContainer>, name: string): void {
  if (typeof (dataset as { iterator?: unknown } | undefined)?.iterator !== "function") {
    throw new UsageError(
      `${name}: expected a dataset of batches, found ${describe(dataset)}. ` +
        "Make one with fromTensorSlices([xs, ys]).batch(100).",
    );
  }
  if (dataset.size === Infinity) {
    throw new UsageError(
      `${name}: expected a dataset that ends, found one that repeats forever. ` +
        "Say how many batches it should have: dataset.take(100).",
    );
  }
}
