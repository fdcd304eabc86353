import { codeCells, textOf, type Notebook, type Output } from "./notebook";

/** `name: value`, where the value has a digit: `test accuracy: 98.71 %`. */
const FIGURE = /^\s*(\S[^:]*): ([^:]*\d[^:]*)$/;

/**
 * The figure that a notebook ended with: the last line of the form `name: value`, the value with a digit in it, in the
 * text outputs of the last code cell.
 *
 * @returns The line, or an empty text where the last cell says none.
 */
export function finalFigure(notebook: Notebook): string {
  const outputs = codeCells(notebook).at(-1)?.outputs ?? [];
  const lines = outputs.flatMap((output) => textLines(output));
  return lines.filter((line) => FIGURE.test(line)).at(-1)?.trim() ?? "";
}

function textLines({ text, data }: Output): string[] {
  const plain = text ?? (data?.["text/plain"] as string | string[] | undefined) ?? "";
  return textOf(plain).split("\n");
}
