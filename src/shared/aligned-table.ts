/**
 * Formats rows as aligned text columns; the first row is the header.
 *
 * @param rightAligned the columns, from 0, that are aligned to the right, such as numbers
 */
export function alignedTable(rows: readonly (readonly string[])[], rightAligned: readonly number[] = []): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell: string, column: number): string =>
    rightAligned.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]);
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
