import fs from "node:fs";
import path from "node:path";
import type { Logs } from "../../history/history";
import { ModelCallback } from "./model-callback";

/**
 * Writes a line of a CSV file after each epoch, like `keras.callbacks.CSVLogger`: the epoch from 0, then loss and
 * metrics in alphabetical order.
 *
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const log = new CSVLogger("build/training.csv");
 * await fit(model, trainSet, { epochs: 3, validationData: testSet, callbacks: [log] });
 */
export class CSVLogger extends ModelCallback {
  private names: readonly string[] | undefined;
  private header = true;

  /**
   * @param file is overwritten when training begins; missing folders are created
   * @param options.separator between the values of a line; a comma by default
   * @param options.append `true` continues an existing file; `false` by default
   */
  constructor(
    private readonly file: string,
    private readonly options: { readonly separator?: string; readonly append?: boolean } = {},
  ) {
    super();
  }

  /** Called by `fit`. */
  onTrainBegin(): void {
    this.names = undefined;
    fs.mkdirSync(path.dirname(path.resolve(this.file)), { recursive: true });
    const { append = false } = this.options;
    if (!append) fs.writeFileSync(this.file, "");
    this.header = !append || !fs.existsSync(this.file) || fs.statSync(this.file).size === 0;
  }

  /** Called by `fit`. */
  onEpochEnd(epoch: number, logs: Logs<string>): void {
    const { separator = "," } = this.options;
    const line = (values: readonly string[]) =>
      `${values.map((value) => quoted(value, separator)).join(separator)}\r\n`;
    this.names ??= Object.keys(logs).sort();
    const row = line([String(epoch), ...this.names.map((name) => (name in logs ? String(logs[name]) : "NA"))]);
    // One write for each line, so that a process that is killed leaves no half one.
    fs.appendFileSync(this.file, this.header ? line(["epoch", ...this.names]) + row : row);
    this.header = false;
  }
}

/** A value as a spreadsheet reads it. */
function quoted(value: string, separator: string): string {
  return value.includes(separator) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
