/** ANSI colours, which notebooks and terminals show. */
export const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;
export const cyan = (text: string): string => `\u001b[36m${text}\u001b[39m`;
export const dim = (text: string): string => `\u001b[2m${text}\u001b[22m`;
export const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;

/** A longer source line is cut around the column. */
const MAX_LINE_LENGTH = 160;

/**
 * The source line that a message refers to, with carets under the position.
 *
 * @param source the whole text
 * @param line the line, from 1
 * @param column the column, from 1
 * @param length characters to underline
 */
export function excerpt(source: string, line: number, column: number, length = 1): string[] {
  const text = source.split(/\r?\n/)[line - 1];
  if (text === undefined) return [];
  const start = Math.max(0, column - 1 - MAX_LINE_LENGTH / 2);
  const shown = text.slice(start, start + MAX_LINE_LENGTH);
  const gutter = String(line);
  const before = shown.slice(0, column - 1 - start).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, shown.length - before.length)));
  return [`${dim(`${gutter} |`)} ${shown}`, `${dim(`${" ".repeat(gutter.length)} |`)} ${before}${red(carets)}`];
}
