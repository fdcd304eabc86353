import { blankCanvas, drawText, Picture } from "./picture";

const GAP = 24;

/**
 * Pictures next to each other, their tops in line, for example before and after.
 *
 * @param options.titles one for each picture, written above it
 * @throws when there is no picture, or not one title for each
 */
export function sideBySide(pictures: readonly Picture[], options: { titles?: readonly string[] } = {}): Picture {
  if (pictures.length === 0) throw new Error("sideBySide: expected at least one picture, found none.");
  const { titles } = options;
  if (titles !== undefined && titles.length !== pictures.length) {
    throw new Error(`sideBySide: expected ${pictures.length} titles, one for each picture, found ${titles.length}.`);
  }
  const header = titles === undefined ? 0 : 22;
  const width = pictures.reduce((sum, picture) => sum + picture.width, 0) + GAP * (pictures.length - 1);
  const { canvas, context } = blankCanvas(width, header + Math.max(...pictures.map((picture) => picture.height)));
  let x = 0;
  pictures.forEach((picture, index) => {
    if (titles !== undefined) drawText(context, titles[index], x + 8, 16, { size: 13, bold: true });
    context.drawImage(picture.canvas, x, header);
    x += picture.width + GAP;
  });
  return new Picture(canvas, pictures.map((picture, index) => [titles?.[index], picture.text].filter(Boolean).join(": ")).join("\n"));
}
