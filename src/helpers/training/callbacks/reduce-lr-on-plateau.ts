import { checkWholeNumber } from "../../../shared/checks";
import { UsageError } from "../../../shared/usage-error";
import type { Logs } from "../../history/history";
import { getLearningRate, setLearningRate } from "../../optimizers/learning-rate";
import { ModelCallback, checkNumber } from "./model-callback";
import { Monitor, type MonitorOptions } from "./monitor";

/** Options of {@link ReduceLROnPlateau}; the defaults are Keras's. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What the rate is multiplied by, below 1; 0.1 by default. */
  readonly factor?: number;
  /** After how many epochs without an improvement the rate is reduced; 10 by default. */
  readonly patience?: number;
  /** 1 prints when the rate changes; 0, the default, is silent. */
  readonly verbose?: 0 | 1;
  /** By how much the number must improve to count; 0.0001 by default. */
  readonly minDelta?: number;
  /** How many epochs after a reduction don't count; 0 by default. */
  readonly cooldown?: number;
  /** The rate isn't reduced below this; 0 by default. */
  readonly minLr?: number;
}

/**
 * Reduces the learning rate when a number has stopped improving, like `keras.callbacks.ReduceLROnPlateau`. The history
 * gets the series `learning_rate`.
 *
 * @throws UsageError if an option is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * await fit(model, trainSet, {
 *   epochs: 20,
 *   validationData: testSet,
 *   callbacks: [new ReduceLROnPlateau({ factor: 0.5, patience: 2 })],
 * });
 */
export class ReduceLROnPlateau extends ModelCallback {
  private readonly monitor: Monitor;
  private readonly options: ReduceLROnPlateauOptions;
  private wait = 0;
  private cooling = 0;
  private best: number | undefined;

  constructor(options: ReduceLROnPlateauOptions = {}) {
    super();
    this.options = options;
    const { factor = 0.1, patience = 10, minDelta = 1e-4, cooldown = 0, minLr = 0 } = options;
    if (!(factor > 0 && factor < 1)) {
      throw new UsageError(
        `ReduceLROnPlateau: factor: expected a number above 0 and below 1, found ${String(factor)}.`,
      );
    }
    checkWholeNumber("ReduceLROnPlateau: patience", patience, 0);
    checkWholeNumber("ReduceLROnPlateau: cooldown", cooldown, 0);
    checkNumber("ReduceLROnPlateau: minDelta", minDelta);
    checkNumber("ReduceLROnPlateau: minLr", minLr, 0);
    this.monitor = new Monitor("ReduceLROnPlateau", options, minDelta);
  }

  /** Called by `fit`. */
  onTrainBegin(): void {
    this.best = undefined;
    this.cooling = 0;
    this.wait = 0;
  }

  /** Called by `fit`. */
  onEpochEnd(epoch: number, logs: Logs<string>): void {
    const { patience = 10, cooldown = 0 } = this.options;
    logs.learning_rate = getLearningRate(this.model);
    const current = this.monitor.read(logs);
    if (current === undefined) return;
    if (this.cooling > 0) {
      this.cooling--;
      this.wait = 0;
    }
    if (this.monitor.improves(current, this.best)) {
      this.best = current;
      this.wait = 0;
    } else if (this.cooling === 0 && ++this.wait >= patience && this.reduce(epoch)) {
      this.cooling = cooldown;
      this.wait = 0;
    }
  }

  /** @returns whether the rate wasn't at its minimum yet */
  private reduce(epoch: number): boolean {
    const { factor = 0.1, minLr = 0, verbose = 0 } = this.options;
    const rate = getLearningRate(this.model);
    if (rate <= minLr) return false;
    const reduced = Math.max(rate * factor, minLr);
    setLearningRate(this.model, reduced);
    if (verbose > 0) console.log(`Epoch ${epoch + 1}: ReduceLROnPlateau reduces the learning rate to ${reduced}.`);
    return true;
  }
}
