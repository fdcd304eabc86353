import { checkCounts, checkLabels, range } from "../display/checks";
import type { Figure } from "../render/plotly/figure";
import { heatmapFigure } from "./heatmap";

/** How {@link confusionMatrixFigure} looks. */
export interface ConfusionMatrixOptions {
  readonly title?: string;
  /** The classes' names; by default their numbers. */
  readonly labels?: readonly (string | number)[];
  /** Shows percentages of each true class instead of counts. */
  readonly normalize?: boolean;
}

/**
 * A confusion matrix: one row for each true class, one column for each predicted class.
 *
 * @param counts square, `counts[true][predicted]`, whole numbers of at least 0
 * @throws if `counts` isn't a square matrix of counts, or there isn't one label for each class
 * @see notebooks/11-evaluate.ipynb
 * @example await show(confusionMatrixFigure(confusionCounts(yTest, predictions), { normalize: true }));
 */
export function confusionMatrixFigure(
  counts: readonly (readonly number[])[],
  options: ConfusionMatrixOptions = {},
): Figure {
  const classes = checkCounts("confusionMatrixFigure", counts);
  checkLabels("confusionMatrixFigure: labels", options.labels, classes);
  const labels = options.labels ?? range(classes);
  const normalize = options.normalize ?? false;
  return heatmapFigure(normalize ? counts.map(percentOfRow) : counts, {
    title: options.title ?? (normalize ? "Confusion matrix, percent of each true class" : "Confusion matrix"),
    xTitle: "predicted",
    yTitle: "true",
    xLabels: labels,
    yLabels: labels,
    digits: normalize ? 1 : 0,
  });
}

/** The cells of a true class without examples have no percentage and stay empty. */
function percentOfRow(row: readonly number[]): number[] {
  const total = row.reduce((sum, count) => sum + count, 0);
  return row.map((count) => (total === 0 ? NaN : (100 * count) / total));
}
