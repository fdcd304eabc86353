import util from "node:util";
import type { ColumnTable } from "arquero";
import { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "../display/bundle";
import { checkDigits } from "../display/checks";
import { escapeHtml } from "../display/markup";

export interface TableOptions {
  /** Said above the table. */
  readonly caption?: string;
  /** How many rows are shown before "… n more rows"; 20 by default. */
  readonly limit?: number;
  /** The unit of a column, written into its header: `{ seconds: "s" }`. */
  readonly units?: Readonly<Record<string, string>>;
  /** Decimal places, for all columns of fractions or by column; 4 by default. Columns of whole numbers have none. */
  readonly digits?: number | Readonly<Record<string, number>>;
}

type Cell = { readonly text: string; readonly right: boolean };

/**
 * An arquero table as one output: HTML in a notebook, aligned columns in a terminal. The table itself stays at hand as `.table`.
 *
 * The markup is our own and not `toHTML`'s: that escapes cells but not column names, and has no caption and no count of
 * the rows left out.
 */
export class TableView implements Displayable {
  constructor(
    readonly table: ColumnTable,
    private readonly options: TableOptions = {},
  ) {}

  [JUPYTER_DISPLAY](): MimeBundle {
    return { "text/html": this.toHTML(), "text/plain": this.toString() };
  }

  /**
   * The table as HTML. Alignment is given twice, as an attribute and as a style: code hosts strip styles, and the themes of
   * JupyterLab override attributes. No colours, so that it suits light and dark.
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
        `<caption align="top" style="caption-side: top; text-align: left; font-weight: bold; padding: 4px 0.5em">${escapeHtml(this.options.caption)}</caption>`,
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

  /** The table as text, its columns aligned. */
  toString(): string {
    const { headers, rows, hidden } = this.format();
    const widths = headers.map((header, column) =>
      Math.max(...[header, ...rows.map((row) => row[column])].map(({ text }) => textWidth(text))),
    );
    const line = (cells: readonly Cell[]): string =>
      cells
        .map(({ text, right }, column) => {
          const space = " ".repeat(widths[column] - textWidth(text));
          return right ? space + text : text + space;
        })
        .join("  ")
        .trimEnd();
    return [
      ...(this.options.caption === undefined ? [] : [this.options.caption]),
      line(headers),
      widths.map((width) => "─".repeat(width)).join("  "),
      ...rows.map(line),
      ...(hidden > 0 ? [moreRows(hidden)] : []),
    ].join("\n");
  }

  private format(): { headers: Cell[]; rows: Cell[][]; hidden: number } {
    const { limit = 20, units = {}, digits = 4 } = this.options;
    const names = this.table.columnNames();
    const total = this.table.numRows();
    const shown = Math.min(limit, total);
    const columns = names.map((name) => {
      const all = this.table.array(name) as ArrayLike<unknown>;
      const values = Array.from({ length: shown }, (_, row) => all[row]);
      const numeric = values.some(isNumber) && values.every((value) => isNumber(value) || isMissing(value));
      const whole = values.every((value) => !isNumber(value) || !Number.isFinite(value) || Number.isInteger(value));
      const places = typeof digits === "number" ? (whole ? 0 : digits) : (digits[name] ?? (whole ? 0 : 4));
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
 * @throws when `units` or `digits` name a column that the table has not
 */
export function tableView(table: ColumnTable, options: TableOptions = {}): TableView {
  const names = table.columnNames();
  const named = [
    ...Object.keys(options.units ?? {}),
    ...(typeof options.digits === "object" ? Object.keys(options.digits) : []),
  ];
  for (const name of named) {
    if (!names.includes(name)) throw new Error(`tableView: no column "${name}"; the table has ${names.join(", ")}.`);
  }
  const { digits } = options;
  for (const places of typeof digits === "object" ? Object.values(digits) : [digits]) checkDigits("tableView", places);
  if (options.limit !== undefined && !(Number.isInteger(options.limit) && options.limit >= 0)) {
    throw new Error(`tableView: expected a limit of 0 or more whole rows, found ${options.limit}.`);
  }
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
    // Rounding to places would show a small learning rate as zero.
    if (value !== 0 && Math.abs(value) < 0.5 * 10 ** -digits) return value.toExponential(2);
    return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value))
    return value.map((item) => formatValue(item, Number.isInteger(item) ? 0 : digits || 4)).join(", ");
  return typeof value === "object" ? util.inspect(value, { breakLength: Infinity }) : String(value);
}

/** Columns that a terminal gives to a text: Korean and other wide characters take two. */
function textWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/.test(character) ? 2 : 1;
  return width;
}
