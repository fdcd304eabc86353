import { codeCells, textOf, type Notebook, type Output } from "./notebook";

/** `name: value`, the value a number and perhaps a unit: `test accuracy: 98.71 %`, `parameters: 288,266`. */
const FIGURE = /^[^:]{1,40}: [-−]?\d[\d.,]*(?:e-?\d+)?(?: ?\S{1,8})?$/;

/**
 * The figure that a notebook ended with: the last line of the form `name: value` that its last code cell printed or
 * returned. What it displayed (plots, tables, pictures) does not count.
 *
 * @returns The line, or an empty text where the last cell says none.
 */
export function finalFigure(notebook: Notebook): string {
  const outputs = codeCells(notebook).at(-1)?.outputs ?? [];
  const lines = outputs.flatMap(textLines).map((line) => line.trim());
  return lines.filter((line) => FIGURE.test(line)).at(-1) ?? "";
}

function textLines({ output_type, text, data }: Output): string[] {
  if (output_type === "stream") return textOf(text ?? "").split("\n");
  if (output_type === "execute_result") return textOf((data?.["text/plain"] ?? "") as string | string[]).split("\n");
  return [];
}
