import util from "node:util";
import type { ColumnTable } from "arquero";
import { alignedTable } from "../../shared/aligned-table";
import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "../display/bundle";
import { checkDigits } from "../display/checks";
import { escapeHtml } from "../display/markup";

/** Decimal places of fractions, unless a table's options say otherwise. */
const DEFAULT_DIGITS = 4;
const DEFAULT_LIMIT = 20;

/** How a table looks. */
export interface TableOptions {
  /** The title above the table. */
  readonly caption?: string;
  /** How many rows are shown; 20 by default. A last line says how many more there are. */
  readonly limit?: number;
  /** Units to add to the headers, by column: `{ seconds: "s" }`. */
  readonly units?: Readonly<Record<string, string>>;
  /** Decimal places, for all columns or by column; by default 4, and 0 for columns of whole numbers. */
  readonly digits?: number | Readonly<Record<string, number>>;
}

type Cell = { readonly text: string; readonly right: boolean };

/**
 * An arquero table as one output: HTML in a notebook, aligned columns in a terminal. The arquero table itself is
 * `.table`.
 *
 * It doesn't use arquero's own `toHTML`, which escapes cells but not column names, and has neither a caption nor a
 * count of the rows left out.
 */
export class TableView implements Displayable {
  constructor(
    readonly table: ColumnTable,
    private readonly options: TableOptions = {},
  ) {}

  /** What a notebook shows. */
  [JUPYTER_DISPLAY](): MimeBundle {
    return { "text/html": this.toHTML(), "text/plain": this.toString() };
  }

  /**
   * The table as HTML. Alignment is set twice, as an attribute and as a style: GitHub strips styles, and JupyterLab's
   * themes override attributes. It sets no colours, so that it fits light and dark themes.
   */
  toHTML(): string {
    const { headers, rows, hidden } = this.format();
    const align = (right: boolean): string => {
      const side = right ? "right" : "left";
      return ` align="${side}" style="text-align: ${side}"`;
    };
    const parts = [`<table class="dataframe" style="border-collapse: collapse; margin: 4px 0">`];
    if (this.options.caption !== undefined) {
      parts.push(
        `<caption align="top" style="caption-side: top; text-align: left; font-weight: bold; padding: 4px 0.5em">` +
          `${escapeHtml(this.options.caption)}</caption>`,
      );
    }
    parts.push(
      "<thead><tr>",
      ...headers.map((cell) => `<th${align(cell.right)}>${escapeHtml(cell.text)}</th>`),
      "</tr></thead><tbody>",
    );
    for (const row of rows) {
      parts.push("<tr>", ...row.map((cell) => `<td${align(cell.right)}>${escapeHtml(cell.text)}</td>`), "</tr>");
    }
    parts.push("</tbody>");
    if (hidden > 0)
      parts.push(`<tfoot><tr><td colspan="${headers.length}"${align(false)}>${moreRows(hidden)}</td></tr></tfoot>`);
    parts.push("</table>");
    return parts.join("");
  }

  /** The table as text in aligned columns. */
  toString(): string {
    const { headers, rows, hidden } = this.format();
    const table = alignedTable(
      [headers, ...rows].map((row) => row.map(({ text }) => text)),
      { rightAligned: headers.flatMap(({ right }, column) => (right ? [column] : [])), ruled: true },
    );
    return [
      ...(this.options.caption === undefined ? [] : [this.options.caption]),
      table,
      ...(hidden > 0 ? [moreRows(hidden)] : []),
    ].join("\n");
  }

  private format(): { headers: Cell[]; rows: Cell[][]; hidden: number } {
    const { limit = DEFAULT_LIMIT, units = {}, digits = DEFAULT_DIGITS } = this.options;
    const names = this.table.columnNames();
    const total = this.table.numRows();
    const shown = Math.min(limit, total);
    const columns = names.map((name) => {
      const all = this.table.array(name) as ArrayLike<unknown>;
      const values = Array.from({ length: shown }, (_, row) => all[row]);
      const numeric = values.some(isNumber) && values.every((value) => isNumber(value) || isMissing(value));
      const whole = values.every((value) => !isNumber(value) || !Number.isFinite(value) || Number.isInteger(value));
      const places = typeof digits === "number" ? (whole ? 0 : digits) : (digits[name] ?? (whole ? 0 : DEFAULT_DIGITS));
      return {
        header: { text: units[name] === undefined ? name : `${name} (${units[name]})`, right: numeric },
        cells: values.map((value): Cell => ({ text: formatValue(value, places), right: numeric })),
      };
    });
    return {
      headers: columns.map(({ header }) => header),
      rows: Array.from({ length: shown }, (_, row) => columns.map(({ cells }) => cells[row])),
      hidden: total - shown,
    };
  }
}

/**
 * Shows an arquero table with a caption, units and rounded numbers.
 *
 * @param table the arquero table
 * @throws if `units` or `digits` name a column that the table doesn't have, or a number of digits or rows is impossible
 * @see notebooks/02-convolution.ipynb
 * @example
 * const sizes = aq.table({ layer: ["conv", "pool"], pixels: [784, 196] });
 * await show(tableView(sizes, { caption: "Output sizes", units: { pixels: "px" } }));
 */
export function tableView(table: ColumnTable, options: TableOptions = {}): TableView {
  if (typeof table?.columnNames !== "function") {
    throw new UsageError(
      "tableView: expected an arquero table, found something else. Make one with aq.table({ … }) or aq.from([…]).",
    );
  }
  const names = table.columnNames();
  const named = [
    ...Object.keys(options.units ?? {}),
    ...(typeof options.digits === "object" ? Object.keys(options.digits) : []),
  ];
  for (const name of named) {
    if (!names.includes(name)) {
      throw new UsageError(`tableView: expected a column of the table (${names.join(", ")}), found "${name}".`);
    }
  }
  const { digits } = options;
  for (const places of typeof digits === "object" ? Object.values(digits) : [digits]) checkDigits("tableView", places);
  if (options.limit !== undefined) checkWholeNumber("tableView: limit", options.limit, 0);
  return new TableView(table, options);
}

function moreRows(hidden: number): string {
  return `… ${hidden.toLocaleString("en-US")} more ${hidden === 1 ? "row" : "rows"}`;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined;
}

function formatValue(value: unknown, digits: number): string {
  if (isMissing(value)) return "–";
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return String(value);
    // Otherwise a small learning rate would be rounded to zero.
    if (value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits) return value.toExponential(2);
    return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value))
    return value.map((item) => formatValue(item, Number.isInteger(item) ? 0 : digits || DEFAULT_DIGITS)).join(", ");
  if (typeof value === "string" || typeof value === "bigint") return String(value);
  return util.inspect(value, { breakLength: Infinity });
}
