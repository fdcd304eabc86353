/** Plotly figures with nodeplotlib's types, built by pure functions, and the live display of a training run. */
export { barFigure, probabilityFigure, type BarOptions, type ProbabilityOptions } from "./bars";
export { comparisonFigure, type ComparisonOptions } from "./comparison";
export { confusionMatrixFigure, type ConfusionMatrixOptions } from "./confusion-matrix";
export { heatmapFigure, type HeatmapOptions } from "./heatmap";
export { histogramFigure, type HistogramOptions } from "./histogram";
export { historyFigure, type HistoryOptions } from "./history";
export { parallelCoordinatesFigure, type ParallelCoordinatesOptions, type Run } from "./parallel-coordinates";
export { trainingView, type TrailPoint, type TrainingProgress } from "./training-view";
