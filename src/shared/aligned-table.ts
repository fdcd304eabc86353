/** How the columns of a text table look. */
export interface AlignedTableOptions {
  /** The columns, from 0, that are aligned to the right, such as numbers. */
  readonly rightAligned?: readonly number[];
  /** Whether a line separates the header from the other rows. */
  readonly ruled?: boolean;
}

/** Formats rows as aligned text columns; the first row is the header. */
export function alignedTable(
  rows: readonly (readonly string[])[],
  { rightAligned = [], ruled = false }: AlignedTableOptions = {},
): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => textWidth(row[column]))));
  const [header, ...others] = rows.map((row) =>
    row
      .map((cell, column) => {
        const space = " ".repeat(widths[column] - textWidth(cell));
        return rightAligned.includes(column) ? space + cell : cell + space;
      })
      .join("  ")
      .trimEnd(),
  );
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [header, ...(ruled ? [rule] : []), ...others].join("\n");
}

/** How many columns of a terminal a text takes: Korean and other wide characters take two. */
function textWidth(text: string): number {
  const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]/;
  return [...text].reduce((width, character) => width + (wide.test(character) ? 2 : 1), 0);
}
