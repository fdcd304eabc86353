/** The history of a training run. */
export { checkHistory, type DefaultSeries, type History, type Logs } from "./history";
