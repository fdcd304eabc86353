import path from "node:path";
import type { SummaryFileWriter } from "@tensorflow/tfjs-node/dist/tensorboard";
import { checkWholeNumber } from "../../../shared/checks";
import { UsageError } from "../../../shared/usage-error";
import type { Logs } from "../../history/history";
import * as tf from "../../tf";
import { ModelCallback } from "./model-callback";

/**
 * Writes event files that TensorBoard reads, like `keras.callbacks.TensorBoard`: loss and metrics of each epoch as
 * `epoch_loss`, `epoch_accuracy` …, in the folders `train` and `validation`, so that TensorBoard draws both curves in
 * one figure. `tensorboard --logdir logs` shows them.
 *
 * Native TensorFlow writes the files.
 *
 * @throws UsageError if TensorFlow runs on WebAssembly
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * await fit(model, trainSet, { epochs: 3, validationData: testSet, callbacks: [new TensorBoard("build/logs")] });
 */
export class TensorBoard extends ModelCallback {
  private readonly writers = new Map<string, SummaryFileWriter>();

  /**
   * @param logDir a folder for this run; `"logs"` by default, as in Keras
   * @param options.histogramFreq after how many epochs histograms of the weights are written; 0, the default:
   *   never
   */
  constructor(
    private readonly logDir = "logs",
    private readonly options: { readonly histogramFreq?: number } = {},
  ) {
    super();
    checkWholeNumber("TensorBoard: histogramFreq", options.histogramFreq ?? 0, 0);
  }

  /** Called by `fit`. */
  onTrainBegin(): void {
    if (tf.getBackend() !== "tensorflow") {
      throw new UsageError(
        `TensorBoard: expected native TensorFlow, which writes the files, found the backend ${tf.getBackend()}. ` +
          "Use CSVLogger, or run `npm run doctor` to see what is missing.",
      );
    }
  }

  /** Called by `fit`. */
  onEpochEnd(epoch: number, logs: Logs<string>): void {
    for (const [name, value] of Object.entries(logs)) {
      const isValidation = name.startsWith("val_");
      const writer = this.writer(isValidation ? "validation" : "train");
      writer.scalar(`epoch_${isValidation ? name.slice("val_".length) : name}`, value, epoch);
    }
    const { histogramFreq = 0 } = this.options;
    if (histogramFreq > 0 && epoch % histogramFreq === 0) {
      for (const weight of this.model.weights)
        this.writer("train").histogram(weight.name, weight.read() as tf.Tensor, epoch);
    }
    for (const writer of this.writers.values()) writer.flush();
  }

  private writer(part: string): SummaryFileWriter {
    let writer = this.writers.get(part);
    if (writer === undefined) {
      // Loaded only when it is needed: it needs the native backend.
      const { summaryFileWriter } =
        require("@tensorflow/tfjs-node/dist/tensorboard") as typeof import("@tensorflow/tfjs-node/dist/tensorboard");
      writer = summaryFileWriter(path.resolve(this.logDir, part));
      this.writers.set(part, writer);
    }
    return writer;
  }
}
