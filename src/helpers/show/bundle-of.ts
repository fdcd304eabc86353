import util from "node:util";
import type { LayersModel } from "@tensorflow/tfjs";
import type { ColumnTable } from "arquero";
import { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "../display/bundle";
import { isTensor } from "../display/numbers";
import type { History } from "../history/history";
import { historyFigure } from "../plots/history";
import type { Figure } from "../render/plotly/figure";
import { figureBundle } from "../render/plotly/figure-bundle";
import { tableView } from "../tables/table-view";
import { modelBundle } from "./model-view";
import { tensorBundle } from "./tensor-view";

/**
 * The bundle in which a value is shown. Values are recognised by their properties, so that it doesn't matter which copy
 * of a library they come from.
 */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  if (isDisplayable(value)) return value[JUPYTER_DISPLAY]();
  if (isTensor(value)) return tensorBundle(value);
  if (isModel(value)) return modelBundle(value);
  if (isHistory(value)) return figureBundle(historyFigure(value));
  if (isFigure(value)) return figureBundle(value);
  if (isArqueroTable(value)) return tableView(value)[JUPYTER_DISPLAY]();
  if (typeof value === "string") return { "text/plain": value };
  return { "text/plain": util.inspect(value) };
}

function has<Key extends string | symbol>(value: unknown, ...keys: Key[]): value is Record<Key, unknown> {
  return typeof value === "object" && value !== null && keys.every((key) => key in value);
}

function isDisplayable(value: unknown): value is Displayable {
  return has(value, JUPYTER_DISPLAY) && typeof value[JUPYTER_DISPLAY] === "function";
}

function isModel(value: unknown): value is LayersModel {
  return has(value, "layers", "countParams", "predict") && Array.isArray(value.layers);
}

function isHistory(value: unknown): value is History<string> {
  return has(value, "epoch", "history") && Array.isArray(value.epoch) && has(value.history);
}

function isFigure(value: unknown): value is Figure {
  return has(value, "data", "layout") && Array.isArray(value.data) && has(value.layout);
}

function isArqueroTable(value: unknown): value is ColumnTable {
  return has(value, "columnNames", "numRows", "array") && typeof value.columnNames === "function";
}
