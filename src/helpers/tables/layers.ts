import * as aq from "arquero";
import { UsageError } from "../../shared/usage-error";
import type { LayerRow } from "../model/summary";
import { tableView, type TableView } from "./table-view";

/**
 * A model's layers with their output shapes and numbers of parameters; the last row is the total.
 *
 * @param rows the result of `layerRows(model)`
 * @throws if there are no layers
 * @see notebooks/00-quickstart.ipynb
 * @example await show(layerTable(layerRows(model), { caption: "The article's network" }));
 */
export function layerTable(rows: readonly LayerRow[], options: { caption?: string } = {}): TableView {
  if (rows.length === 0) throw new UsageError("layerTable: expected at least one layer, found none.");
  const total = rows.reduce((sum, row) => sum + row.parameters, 0);
  const all = [...rows, { layer: "total", type: "", outputShape: "", parameters: total }];
  const table = aq.table({
    layer: all.map((row) => row.layer),
    type: all.map((row) => row.type),
    "output shape": all.map((row) => row.outputShape),
    parameters: all.map((row) => row.parameters),
  });
  return tableView(table, { caption: options.caption ?? "Layers", limit: all.length });
}
