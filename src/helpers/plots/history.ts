import type { Layout, Plot } from "nodeplotlib";
import type { AxisName } from "plotly.js";
import { UsageError } from "../../shared/usage-error";
import { COLORS } from "../display/colors";
import { checkHistory, type History } from "../history/history";
import type { Figure } from "../render/plotly/figure";
import { makeFigure } from "../render/plotly/make-figure";
import { axis, baseLayout, epochAxis } from "./layout";

const VALIDATION = "val_";

/** A legend between the title and the plots. */
const HORIZONTAL_LEGEND = { orientation: "h", x: 0.5, xanchor: "center", y: 1.02, yanchor: "bottom" } as const;

/** How {@link historyFigure} looks. */
export interface HistoryOptions {
  readonly title?: string;
  /** Which metrics to draw, without `val_`; by default all, in the history's order. */
  readonly metrics?: readonly string[];
}

/**
 * The training history: one subplot for each metric, with a curve for the training data and one for the validation
 * data.
 *
 * @param history what a training run recorded
 * @throws if the history is empty, doesn't have one of the metrics, or a metric doesn't have one value for each epoch
 * @see notebooks/10-plots.ipynb
 * @example await show(historyFigure(history));
 */
export function historyFigure(history: History<string>, options: HistoryOptions = {}): Figure {
  checkHistory(history);
  const metrics = options.metrics ?? Object.keys(history.history).filter((name) => !name.startsWith(VALIDATION));
  for (const metric of metrics) {
    if (history.history[metric] === undefined) {
      const known = Object.keys(history.history).join(", ");
      throw new UsageError(`historyFigure: expected a metric of the history (${known}), found "${metric}".`);
    }
  }
  if (metrics.length === 0) throw new UsageError("historyFigure: expected at least one metric, found none.");
  const columns = Math.min(metrics.length, 2);
  const rows = Math.ceil(metrics.length / columns);
  const layout: Layout = {
    ...baseLayout(options.title ?? "Training history", { width: columns === 1 ? 460 : 700, height: 100 + 260 * rows }),
    legend: HORIZONTAL_LEGEND,
  };
  layout.margin = { ...layout.margin, t: 76 };
  const data: Plot[] = [];
  metrics.forEach((metric, index) => {
    const number = index === 0 ? "" : String(index + 1);
    const curve = (series: string, name: string, color: string): Plot => ({
      type: "scatter",
      mode: history.epoch.length > 30 ? "lines" : "lines+markers",
      name,
      legendgroup: name,
      showlegend: !data.some((drawn) => drawn.name === name),
      x: history.epoch.map((epoch) => epoch + 1),
      y: history.history[series],
      xaxis: `x${number}`,
      yaxis: `y${number}`,
      line: { color, width: 2 },
    });
    data.push(curve(metric, "training", COLORS.training));
    if (history.history[VALIDATION + metric] !== undefined) {
      data.push(curve(VALIDATION + metric, "validation", COLORS.validation));
    }
    Object.assign(layout, axes(index, columns, rows, metric, history.epoch.length));
  });
  return makeFigure(data, layout);
}

/** The axes of one subplot; x counts epochs from 1, like the progress display. */
function axes(index: number, columns: number, rows: number, metric: string, epochs: number): Layout {
  const gap = 0.14;
  const width = (1 - gap * (columns - 1)) / columns;
  const height = (1 - gap * (rows - 1)) / rows;
  const left = (index % columns) * (width + gap);
  const top = 1 - Math.floor(index / columns) * (height + gap);
  const number = index === 0 ? "" : String(index + 1);
  return {
    [`xaxis${number}`]: epochAxis(epochs, { domain: [left, left + width], anchor: `y${number}` as AxisName }),
    [`yaxis${number}`]: axis(metric, { domain: [Math.max(0, top - height), top], anchor: `x${number}` as AxisName }),
  };
}
