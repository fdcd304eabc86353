import type { CompiledModel, StepOptions } from "../compiled";
import type { Logs } from "../history/history";
import type * as tf from "../tf";

/** What is done with each batch; gives its loss and metrics by tfjs's names. */
export interface Step {
  /** A step on one batch. */
  onBatch(xs: tf.Tensor, ys: tf.Tensor): Logs<string>;
  /**
   * A step on each of several batches, given by their rows of `xs` and `ys`; one run of one graph, once that is loaded.
   */
  onRows(xs: tf.Tensor, ys: tf.Tensor, batches: Int32Array[]): Logs<string>[];
  /** The number of steps from which the multi-step graph repays its load time. */
  readonly breakEvenSteps: number;
}

/** The step that updates the weights. */
export function trainingStep(model: CompiledModel, options: StepOptions): Step {
  return {
    onBatch: (xs, ys) => model.trainOnBatch(xs, ys, options),
    onRows: (xs, ys, batches) => model.trainOnRows(xs, ys, batches, options),
    // The graph loads in about 0.25 s for the article's model.
    breakEvenSteps: 200,
  };
}

/** The step that measures loss and metrics and changes nothing. */
export function testingStep(model: CompiledModel, options: StepOptions = {}): Step {
  return {
    onBatch: (xs, ys) => model.testOnBatch(xs, ys, options),
    onRows: (xs, ys, batches) => model.testOnRows(xs, ys, batches, options),
    // The graph loads in about 0.06 s for the article's model.
    breakEvenSteps: 100,
  };
}

/** @throws Error if the model has no optimizer and loss yet */
export function requireCompiled(model: tf.LayersModel, caller: string): void {
  if (model.optimizer === undefined) {
    throw new Error(
      `${caller}: expected a compiled model, found one without optimizer and loss. ` +
        "Call model.compile({ optimizer, loss, metrics }) first.",
    );
  }
}
