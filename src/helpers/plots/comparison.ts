import { UsageError } from "../../shared/usage-error";
import { SERIES_COLORS } from "../display/colors";
import { checkHistory, type History } from "../history/history";
import type { Figure } from "../render/plotly/figure";
import { makeFigure } from "../render/plotly/make-figure";
import { axis, baseLayout, epochAxis, plainLabel } from "./layout";

/** How {@link comparisonFigure} looks. */
export interface ComparisonOptions {
  readonly title?: string;
  /** Which metric of the histories to draw; by default `val_accuracy` if all runs have it, otherwise `loss`. */
  readonly metric?: string;
}

/**
 * One metric of several runs in one plot, for example runs with different learning rates.
 *
 * @param runs histories by the run's name
 * @throws if there are no runs, a history is empty, or a run doesn't have the metric
 * @see notebooks/10-plots.ipynb
 * @example await show(comparisonFigure({ "batches of 32": history, "batches of 100": history }));
 */
export function comparisonFigure(runs: Record<string, History<string>>, options: ComparisonOptions = {}): Figure {
  const names = Object.keys(runs);
  if (names.length === 0) throw new UsageError("comparisonFigure: expected at least one run, found none.");
  const metric =
    options.metric ?? (names.every((name) => runs[name].history["val_accuracy"]) ? "val_accuracy" : "loss");
  let epochs = 0;
  const data = names.map((name, index): Figure["data"][number] => {
    const history = runs[name];
    checkHistory(history);
    const values = history.history[metric];
    if (values === undefined) {
      throw new UsageError(
        `comparisonFigure: expected a metric of run "${name}" (${Object.keys(history.history).join(", ")}), ` +
          `found "${metric}".`,
      );
    }
    epochs = Math.max(epochs, values.length);
    return {
      type: "scatter",
      mode: values.length > 30 ? "lines" : "lines+markers",
      name: plainLabel(name),
      showlegend: true,
      x: history.epoch.map((epoch) => epoch + 1),
      y: values,
      line: { color: SERIES_COLORS[index % SERIES_COLORS.length], width: 2 },
    };
  });
  return makeFigure(data, {
    ...baseLayout(options.title ?? `${metric} of ${names.length} runs`, { width: 700, height: 400 }),
    xaxis: epochAxis(epochs),
    yaxis: axis(metric),
  });
}
