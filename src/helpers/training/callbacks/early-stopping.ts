import { checkWholeNumber } from "../../../shared/checks";
import type { Logs } from "../../history/history";
import * as tf from "../../tf";
import { ModelCallback, checkNumber } from "./model-callback";
import { Monitor, type MonitorOptions } from "./monitor";

/** Options of {@link EarlyStopping}; the defaults are Keras's. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** By how much the number must improve to count; 0 by default. */
  readonly minDelta?: number;
  /** After how many epochs without an improvement training stops; 0 by default. */
  readonly patience?: number;
  /** 1 prints when training stops; 0, the default, is silent. */
  readonly verbose?: 0 | 1;
  /** Epochs that don't beat this number count as epochs without an improvement. */
  readonly baseline?: number;
  /** Gives the model the weights of its best epoch when training ends; `false` by default. */
  readonly restoreBestWeights?: boolean;
  /** The first epoch, from 0, that counts; 0 by default. */
  readonly startFromEpoch?: number;
}

/**
 * Ends the training when a number has stopped improving, like `keras.callbacks.EarlyStopping`.
 *
 * @throws Error if an option is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * await fit(model, trainSet, {
 *   epochs: 100,
 *   validationData: testSet,
 *   callbacks: [new EarlyStopping({ patience: 3, restoreBestWeights: true })],
 * });
 */
export class EarlyStopping extends ModelCallback {
  private readonly monitor: Monitor;
  private readonly options: EarlyStoppingOptions;
  private wait = 0;
  private best: number | undefined;
  private bestEpoch = 0;
  private bestWeights: tf.Tensor[] | undefined;
  private stopped: number | undefined;

  constructor(options: EarlyStoppingOptions = {}) {
    super();
    this.options = options;
    const { minDelta = 0, patience = 0, startFromEpoch = 0, baseline = 0 } = options;
    checkNumber("EarlyStopping: minDelta", minDelta);
    checkWholeNumber("EarlyStopping: patience", patience, 0);
    checkWholeNumber("EarlyStopping: startFromEpoch", startFromEpoch, 0);
    checkNumber("EarlyStopping: baseline", baseline);
    this.monitor = new Monitor("EarlyStopping", options, minDelta);
  }

  /** The epoch, from 0, after which training stopped; `undefined` if it didn't. */
  get stoppedEpoch(): number | undefined {
    return this.stopped;
  }

  /** Called by `fit`. */
  onTrainBegin(): void {
    this.wait = 0;
    this.stopped = undefined;
    this.best = undefined;
    this.bestEpoch = 0;
    this.forgetWeights();
  }

  /** Called by `fit`. */
  onEpochEnd(epoch: number, logs: Logs<string>): void {
    const { patience = 0, baseline, restoreBestWeights = false, startFromEpoch = 0 } = this.options;
    const current = this.monitor.read(logs);
    if (current === undefined || epoch < startFromEpoch) return;
    if (restoreBestWeights && this.bestWeights === undefined) this.keepWeights(epoch);
    this.wait++;
    if (this.monitor.improves(current, this.best)) {
      this.best = current;
      this.bestEpoch = epoch;
      if (restoreBestWeights) this.keepWeights(epoch);
      if (this.monitor.improves(current, baseline)) this.wait = 0;
    } else if (this.wait >= patience && epoch > 0) {
      this.stopped = epoch;
      this.model.stopTraining = true;
    }
  }

  /** Called by `fit`. */
  onTrainEnd(): void {
    const { verbose = 0 } = this.options;
    if (verbose > 0 && this.stopped !== undefined) console.log(`Epoch ${this.stopped + 1}: early stopping`);
    if (this.bestWeights === undefined) return;
    if (verbose > 0) console.log(`Restoring the weights of the best epoch, ${this.bestEpoch + 1}.`);
    this.model.setWeights(this.bestWeights);
    this.forgetWeights();
  }

  private keepWeights(epoch: number): void {
    this.forgetWeights();
    this.bestEpoch = epoch;
    // Clones share the weights' memory; the next step gives the model other memory.
    this.bestWeights = this.model.getWeights().map((weight) => tf.keep(weight.clone()));
  }

  private forgetWeights(): void {
    if (this.bestWeights !== undefined) tf.dispose(this.bestWeights);
    this.bestWeights = undefined;
  }
}
