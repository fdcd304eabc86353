/** The same small inputs for every test of figures. */
import type { History } from "../../../src/helpers/history/history";
import * as plots from "../../../src/helpers/plots";
import type { Figure } from "../../../src/helpers/render";

export const history: History = {
  epoch: [0, 1, 2, 3],
  history: {
    loss: [0.42, 0.11, 0.07, 0.05],
    accuracy: [0.874, 0.966, 0.978, 0.984],
    val_loss: [0.13, 0.08, 0.06, 0.07],
    val_accuracy: [0.961, 0.975, 0.981, 0.979],
  },
};

export const counts = [
  [48, 0, 2],
  [1, 51, 3],
  [4, 0, 41],
];

/** Numbers from 0 to 1 that are the same in every run. */
function pseudoRandom(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  });
}

/** One figure of each kind, by name. */
export const figures: Record<string, () => Figure> = {
  history: () => plots.historyFigure(history),
  "confusion-counts": () => plots.confusionMatrixFigure(counts, { labels: ["cat", "dog", "owl"] }),
  "confusion-percent": () => plots.confusionMatrixFigure(counts, { normalize: true }),
  bars: () =>
    plots.barFigure([0.991, 0.984, 0.973, 0.9], {
      title: "Accuracy of each class",
      yTitle: "accuracy",
      range: [0, 1.1],
    }),
  probabilities: () => plots.probabilityFigure([0.02, 0.71, 0.25, 0.02], { trueLabel: 2 }),
  histogram: () =>
    plots.histogramFigure(
      {
        before: pseudoRandom(500, 1).map((value) => value - 0.5),
        after: pseudoRandom(500, 2).map((value) => value * value - 0.3),
      },
      { title: "Weights of dense", xTitle: "weight", bins: 25 },
    ),
  comparison: () =>
    plots.comparisonFigure({
      "learning rate 0.01": history,
      "learning rate 0.0001": { epoch: [0, 1, 2], history: { val_accuracy: [0.7, NaN, 0.86] } },
    }),
  "parallel-coordinates": () =>
    plots.parallelCoordinatesFigure(
      [
        { learningRate: 0.0001, pooling: "average", filters: 8, val_accuracy: 0.912 },
        { learningRate: 0.001, pooling: "max", filters: 8, val_accuracy: 0.978 },
        { learningRate: 0.001, pooling: "max", filters: 32, val_accuracy: 0.986 },
        { learningRate: 0.01, pooling: "average", filters: 16, val_accuracy: 0.969 },
        { learningRate: 0.1, pooling: "max", filters: 32, val_accuracy: null },
      ],
      { title: "Five runs", axes: ["learningRate", "pooling", "filters", "val_accuracy"] },
    ),
  gaps: () =>
    plots.heatmapFigure(
      [
        [0.5, NaN],
        [Infinity, 1],
      ],
      { title: "Two gaps" },
    ),
  heatmap: () =>
    plots.heatmapFigure(
      [
        [1, 0, -1],
        [2, 0, -2],
        [1, 0, -1],
      ],
      { title: "소벨 필터 (Sobel)" },
    ),
};
