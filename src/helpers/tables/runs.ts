import * as aq from "arquero";
import { checkHistory, type History } from "../history/history";
import { tableView, type TableView } from "./table-view";

/**
 * Training runs side by side: how many epochs each ran and every metric after the last one.
 *
 * @param runs histories by the name of the run
 * @throws when there is no run or a history is empty
 */
export function runsTable(runs: Record<string, History>, options: { caption?: string } = {}): TableView {
  const names = Object.keys(runs);
  if (names.length === 0) throw new Error("runsTable: expected at least one run, found none.");
  for (const name of names) checkHistory(runs[name]);
  const metrics = [...new Set(names.flatMap((name) => Object.keys(runs[name].history)))];
  const table = aq.table({
    run: names,
    epochs: names.map((name) => runs[name].epoch.length),
    ...Object.fromEntries(
      metrics.map((metric) => [metric, names.map((name) => runs[name].history[metric]?.at(-1) ?? null)]),
    ),
  });
  return tableView(table, { caption: options.caption ?? "Runs, after the last epoch", limit: names.length });
}
