import * as aq from "arquero";
import { UsageError } from "../../shared/usage-error";
import { checkHistory, type History } from "../history/history";
import { tableView, type TableView } from "./table-view";

/**
 * Compares training runs: how many epochs each had, and all metrics after its last one.
 *
 * @param runs histories by the run's name
 * @throws if there are no runs, or a history is empty
 * @see notebooks/01-why-convolution.ipynb
 * @example await show(runsTable({ "batches of 32": history, "batches of 100": history }));
 */
export function runsTable(runs: Record<string, History<string>>, options: { caption?: string } = {}): TableView {
  const names = Object.keys(runs);
  if (names.length === 0) throw new UsageError("runsTable: expected at least one run, found none.");
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
