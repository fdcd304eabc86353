import { checkHistory, type History } from "../history/history";
import { makeFigure, type Figure } from "../render/plotly/figure";
import { axis, baseLayout, epochAxis, plainLabel, SERIES_COLORS } from "./layout";

export interface ComparisonOptions {
  readonly title?: string;
  /** Which series of the histories; by default `val_accuracy` where all runs have it, else `loss`. */
  readonly metric?: string;
}

/**
 * One metric of several runs in one plot, for example of several learning rates.
 *
 * @param runs histories by the name of the run
 * @throws when there is no run, a history is empty, or a run has no such metric
 */
export function comparisonFigure(runs: Record<string, History>, options: ComparisonOptions = {}): Figure {
  const names = Object.keys(runs);
  if (names.length === 0) throw new Error("comparisonFigure: expected at least one run, found none.");
  const metric =
    options.metric ?? (names.every((name) => runs[name].history["val_accuracy"]) ? "val_accuracy" : "loss");
  let epochs = 0;
  const data = names.map((name, index): Figure["data"][number] => {
    const history = runs[name];
    checkHistory(history);
    const values = history.history[metric];
    if (values === undefined) {
      throw new Error(
        `comparisonFigure: run "${name}" has no "${metric}"; it has ${Object.keys(history.history).join(", ")}.`,
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
