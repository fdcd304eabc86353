import { isWholeNumber } from "../../../shared/checks";
import { UsageError } from "../../../shared/usage-error";
import type { Logs } from "../../history/history";
import { saveModel } from "../../saving/save-model";
import { ModelCallback, checkNumber } from "./model-callback";
import { Monitor, type MonitorOptions } from "./monitor";

/** Options of {@link ModelCheckpoint}; the defaults are Keras's. */
export interface ModelCheckpointOptions extends MonitorOptions {
  /** Saves only after an epoch that is better than all before; `false` by default. */
  readonly saveBestOnly?: boolean;
  /** `"epoch"`, the default, or after how many batches the model is saved. */
  readonly saveFreq?: "epoch" | number;
  /** What the first epoch has to beat, with `saveBestOnly`. */
  readonly initialValueThreshold?: number;
  /** 1 prints when the model is saved; 0, the default, is silent. */
  readonly verbose?: 0 | 1;
}

/**
 * Saves the model, with its optimizer's state, while it trains, like `keras.callbacks.ModelCheckpoint`. A checkpoint
 * is replaced atomically: whenever the process ends, the folder holds a whole one.
 *
 * To go on after a crash, load the checkpoint and start at the epoch it had reached. A seeded dataset of
 * `fromTensorSlices` then yields the batches that it would have yielded.
 *
 * @throws UsageError if an option is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const checkpoint = new ModelCheckpoint("build/checkpoint");
 * await fit(model, trainSet, { epochs: 10, callbacks: [checkpoint] });
 *
 * // After a crash:
 * const resumed = await loadModel("build/checkpoint");
 * const initialEpoch = resumed.optimizer.iterations / trainSet.size;
 * await fit(resumed, trainSet, { epochs: 10, initialEpoch, callbacks: [checkpoint] });
 */
export class ModelCheckpoint extends ModelCallback {
  /** Only saving after some number of batches needs the model as it is after each. */
  readonly everyStep: boolean;
  private readonly monitor: Monitor | undefined;
  private best: number | undefined;
  private epoch = 0;
  private batches = 0;

  /**
   * @param folder where `saveModel` saves; `{epoch}` and `{epoch:02d}` (from 1), `{val_loss:.2f}` and the like are
   *   filled in
   */
  constructor(
    private readonly folder: string,
    private readonly options: ModelCheckpointOptions = {},
  ) {
    super();
    const { saveBestOnly = false, saveFreq = "epoch", initialValueThreshold } = options;
    if (saveFreq !== "epoch" && !isWholeNumber(saveFreq, 1)) {
      throw new UsageError(
        `ModelCheckpoint: saveFreq: expected "epoch" or a whole number of at least 1, found ${String(saveFreq)}.`,
      );
    }
    if (initialValueThreshold !== undefined)
      checkNumber("ModelCheckpoint: initialValueThreshold", initialValueThreshold);
    this.everyStep = saveFreq !== "epoch";
    this.best = initialValueThreshold;
    if (saveBestOnly) this.monitor = new Monitor("ModelCheckpoint", options);
  }

  /** Called by `fit`. */
  onEpochBegin(epoch: number): void {
    this.epoch = epoch;
  }

  /** Called by `fit`. */
  async onBatchEnd(batch: number, logs: Logs<string>): Promise<void> {
    const { saveFreq = "epoch" } = this.options;
    if (saveFreq === "epoch" || ++this.batches < saveFreq) return;
    this.batches = 0;
    await this.save({ batch: batch + 1, ...logs });
  }

  /** Called by `fit`. */
  async onEpochEnd(_epoch: number, logs: Logs<string>): Promise<void> {
    if ((this.options.saveFreq ?? "epoch") === "epoch") await this.save(logs);
  }

  private async save(logs: Logs<string>): Promise<void> {
    const values = { epoch: this.epoch + 1, ...logs };
    const { verbose = 0 } = this.options;
    if (this.monitor !== undefined) {
      const current = this.monitor.read(logs);
      // Like Keras: a number that isn't there doesn't keep the model from being saved.
      if (current !== undefined) {
        if (!this.monitor.improves(current, this.best)) {
          if (verbose > 0) console.log(`Epoch ${values.epoch}: ${this.monitor.name} didn't improve.`);
          return;
        }
        this.best = current;
      }
    }
    const folder = filled(this.folder, values);
    await saveModel(this.model, folder);
    if (verbose > 0) console.log(`Epoch ${values.epoch}: saved the model to ${folder}.`);
  }
}

/** Fills in Python's `{name}`, `{name:02d}` and `{name:.3f}`. */
function filled(pattern: string, values: Readonly<Record<string, number>>): string {
  return pattern.replace(/\{(\w+)(?::([^}]*))?\}/g, (text, name: string, format = "") => {
    if (!Object.hasOwn(values, name)) {
      throw new UsageError(
        `ModelCheckpoint: expected one of ${Object.keys(values).join(", ")} in the path, ` +
          `found ${text} in "${pattern}".`,
      );
    }
    const value = values[name];
    const parts = /^(0?)(\d*)(?:\.(\d+))?([df]?)$/.exec(format as string);
    if (parts === null)
      throw new UsageError(`ModelCheckpoint: expected a format such as 02d or .3f, found "${format}" in "${pattern}".`);
    const [, zero, width, digits, kind] = parts;
    const shown =
      digits !== undefined ? value.toFixed(Number(digits)) : kind === "f" ? value.toFixed(6) : String(value);
    return shown.padStart(Number(width || 0), zero === "" ? " " : "0");
  });
}
