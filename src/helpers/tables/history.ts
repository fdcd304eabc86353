import * as aq from "arquero";
import { checkHistory, type History } from "../history/history";
import { tableView, type TableView } from "./table-view";

/**
 * A training history, one row for each epoch, counted from 1.
 *
 * @param history what a training run recorded
 * @throws if the history is empty, or a metric doesn't have one value for each epoch
 * @see notebooks/09-fit.ipynb
 * @example await show(historyTable(history, { caption: "One row per epoch" }));
 */
export function historyTable(history: History<string>, options: { caption?: string } = {}): TableView {
  checkHistory(history);
  const table = aq.table({ epoch: history.epoch.map((epoch) => epoch + 1), ...history.history });
  return tableView(table, { caption: options.caption ?? "Training history" });
}
