/** Metrics that mean what Keras's mean, for `model.compile({ metrics: [ … ] })`. */
export { auc, type AucOptions } from "./auc";
export { f1Score, type F1ScoreOptions } from "./f1-score";
export { precision, recall, type ThresholdOptions } from "./precision-recall";
export type { SavedMetric, StreamingMetric } from "./streaming";
export { sparseTopKCategoricalAccuracy, topKCategoricalAccuracy, type MeanMetric, type TopKOptions } from "./top-k";
