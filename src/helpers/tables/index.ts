/** Tables of models, training runs and predictions, based on arquero. */
export { TableView, tableView, type TableOptions } from "./table-view";
export { historyTable } from "./history";
export { layerTable } from "./layers";
export { classificationReport, confusionCounts, type ReportOptions } from "./classification";
export { predictionTable, type PredictionOptions } from "./predictions";
export { runsTable } from "./runs";
