import { UsageError } from "../../../shared/usage-error";
import type { Logs } from "../../history/history";
import { getLearningRate, setLearningRate } from "../../optimizers/learning-rate";
import { ModelCallback } from "./model-callback";

/**
 * Sets the learning rate at the start of each epoch, like `keras.callbacks.LearningRateScheduler`, or before each step.
 * The history gets the series `learning_rate`: the rate at the end of each epoch.
 *
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const halving = new LearningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate / 2));
 * await fit(model, trainSet, { epochs: 5, callbacks: [halving] });
 *
 * const cosine = cosineDecay({ initialLearningRate: 0.01, decaySteps: 5 * trainSet.size });
 * const falling = new LearningRateScheduler(cosine, { by: "step" });
 * await fit(model, trainSet, { epochs: 5, callbacks: [falling] });
 */
export class LearningRateScheduler extends ModelCallback {
  override readonly runsYourCode = true;
  /** Only `by: "step"` needs the steps one by one. */
  readonly everyStep: boolean;

  /**
   * @param schedule gets the number of the epoch, from 0, and the current rate; returns the new rate. By step, it gets
   *   the number of steps that the optimizer has taken.
   * @param options.by `"epoch"`, the default, or `"step"`, as a schedule does that Keras's optimizers get
   * @param options.verbose 1 prints each rate; 0, the default, is silent
   */
  constructor(
    private readonly schedule: (count: number, learningRate: number) => number,
    private readonly options: { readonly by?: "epoch" | "step"; readonly verbose?: 0 | 1 } = {},
  ) {
    super();
    this.everyStep = options.by === "step";
    if (typeof schedule !== "function") {
      throw new UsageError(
        `LearningRateScheduler: expected a function of epoch and rate, found ${typeof schedule}. ` +
          "Write new LearningRateScheduler((epoch, rate) => rate * 0.9).",
      );
    }
  }

  /** Called by `fit`. */
  onEpochBegin(epoch: number): void {
    if (this.everyStep) return;
    const rate = this.set(epoch);
    if (this.options.verbose === 1) console.log(`Epoch ${epoch + 1}: LearningRateScheduler sets the rate to ${rate}.`);
  }

  /** Called by `fit`. */
  onBatchBegin(): void {
    if (this.everyStep) this.set(this.model.optimizer.iterations);
  }

  /** Called by `fit`. */
  onEpochEnd(_epoch: number, logs: Logs<string>): void {
    logs.learning_rate = getLearningRate(this.model);
  }

  private set(count: number): number {
    const rate: unknown = this.schedule(count, getLearningRate(this.model));
    if (typeof rate !== "number" || !Number.isFinite(rate)) {
      throw new UsageError(`LearningRateScheduler: expected the schedule to return a number, found ${String(rate)}.`);
    }
    setLearningRate(this.model, rate);
    return rate;
  }
}
