import { codeCells, isYourTurn, textOf, type Notebook, type Output } from "./notebook";

/**
 * `name: value`, where the value is a number with an optional unit: `test accuracy: 98.71 %`, `parameters: 288,266`.
 */
const HEADLINE = /^[^:]{1,40}: [-−]?\d[\d.,]*(?:e-?\d+)?(?: ?\S{1,8})?$/;

/**
 * The notebook's headline: the last line of the form `name: value` that its last code cell printed or returned.
 * Displays (plots, tables, pictures) don't count, and neither do the reader's own cells below the exercises.
 *
 * @returns the line, or an empty string if there is none
 */
export function headlineOf(notebook: Notebook): string {
  const outputs = codeCells(notebook).findLast((cell) => !isYourTurn(cell))?.outputs ?? [];
  const lines = outputs.flatMap(textLines).map((line) => line.trim());
  return lines.filter((line) => HEADLINE.test(line)).at(-1) ?? "";
}

function textLines({ output_type, text, data }: Output): string[] {
  if (output_type === "stream") return textOf(text ?? "").split("\n");
  if (output_type === "execute_result") return textOf((data?.["text/plain"] ?? "") as string | string[]).split("\n");
  return [];
}
