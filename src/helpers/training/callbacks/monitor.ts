import { UsageError } from "../../../shared/usage-error";
import type { Logs } from "../../history/history";

/** Which number of an epoch a callback watches, and what counts as better; the same as in Keras. */
export interface MonitorOptions {
  /** The name of a series; `"val_loss"` by default. */
  readonly monitor?: string;
  /** Whether a smaller or a larger number is better; `"auto"`, the default, knows Keras's losses and metrics. */
  readonly mode?: "auto" | "min" | "max";
}

/** The endings of the names of Keras's metrics, and of tfjs's, by what is better; `_1` may follow. */
const RISING = endings("acc|\\w*accuracy|\\w*Accuracy|precision|recall|auc|f1_score|cosine|cosine_similarity|r2_score");
const FALLING = endings(
  "loss|mse|MSE|mae|MAE|mape|MAPE|msle|MSLE|kld|KLD|mean_\\w*error|mean\\w*Error|\\w*crossentropy|\\w*Crossentropy|" +
    "\\w*hinge|\\w*Hinge|poisson|log_?cosh|kl_divergence|kullbackLeiblerDivergence|false_\\w+",
);

function endings(names: string): RegExp {
  return new RegExp(`(^|_)(${names})(_\\d+)?$`);
}

/** Watches one number of each epoch. */
export class Monitor {
  readonly name: string;
  private readonly better: (value: number, reference: number) => boolean;

  /**
   * @param caller the callback, for its messages
   * @param minDelta by how much a number must be better to count
   * @throws UsageError if `mode` is `"auto"` and the name doesn't tell
   */
  constructor(
    private readonly caller: string,
    { monitor = "val_loss", mode = "auto" }: MonitorOptions,
    minDelta = 0,
  ) {
    this.name = monitor;
    const delta = Math.abs(minDelta);
    // Keras compares in single precision.
    this.better =
      directionOf(caller, monitor, mode) === "min"
        ? (value, reference) => Math.fround(value + delta) < Math.fround(reference)
        : (value, reference) => Math.fround(value - delta) > Math.fround(reference);
  }

  /** Whether a value counts as better than another; anything is better than none. */
  improves(value: number, reference: number | undefined): boolean {
    return reference === undefined || this.better(value, reference);
  }

  /** The watched number; `undefined`, with a line that says so, if the epoch doesn't have it. */
  read(logs: Logs<string>): number | undefined {
    if (!Object.hasOwn(logs, this.name)) {
      const names = Object.keys(logs).join(", ");
      console.warn(`${this.caller}: expected the series "${this.name}" to watch, found ${names}. ${hint(this.name)}`);
      return undefined;
    }
    return logs[this.name];
  }
}

function directionOf(caller: string, monitor: string, mode: MonitorOptions["mode"]): "min" | "max" {
  if (mode === "min" || mode === "max") return mode;
  if (mode !== "auto")
    throw new UsageError(`${caller}: mode: expected "auto", "min" or "max", found ${JSON.stringify(mode)}.`);
  const name = monitor.replace(/^val_/, "");
  if (RISING.test(name)) return "max";
  if (FALLING.test(name)) return "min";
  throw new UsageError(
    `${caller}: expected a series whose direction is known, found monitor: "${monitor}". ` +
      'Pass mode: "max" if larger is better, mode: "min" if smaller is.',
  );
}

function hint(monitor: string): string {
  return monitor.startsWith("val_")
    ? "Pass validationData to fit, or monitor a series of the training set."
    : "Name one of these as monitor.";
}
