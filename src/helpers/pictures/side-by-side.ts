import { UsageError } from "../../shared/usage-error";
import { FAINT_INK } from "../display/colors";
import { blankCanvas, drawText, Picture, textWidth } from "./picture";

const GAP = 24;
const MARGIN = 8;
const TITLE = { size: 13, bold: true };
const NOTE = { size: 11, color: FAINT_INK };

/**
 * Pictures next to each other, for example before and after. A note that they all share appears only once.
 *
 * @param pictures from left to right, aligned at the top
 * @param options.titles one for each picture, written above it
 * @throws if there are no pictures, or not one title for each
 * @see notebooks/02-convolution.ipynb
 * @example
 * const before = imagePicture([[0, 255], [255, 0]]);
 * const after = imagePicture([[255, 0], [0, 255]]);
 * await show(sideBySide([before, after], { titles: ["before", "after"] }));
 */
export function sideBySide(pictures: readonly Picture[], options: { titles?: readonly string[] } = {}): Picture {
  if (pictures.length === 0) throw new UsageError("sideBySide: expected at least one picture, found none.");
  if (!pictures.every((picture) => picture instanceof Picture)) {
    throw new UsageError("sideBySide: expected pictures, found something else. Make them with imagePicture(…).");
  }
  const { titles } = options;
  if (titles !== undefined && titles.length !== pictures.length) {
    throw new UsageError(
      `sideBySide: expected ${pictures.length} titles, one for each picture, found ${titles.length}.`,
    );
  }
  const note =
    pictures.length > 1 && pictures.every((picture) => picture.note?.text === pictures[0].note?.text)
      ? pictures[0].note?.text
      : undefined;
  const drawn = pictures.map((picture) => (note === undefined ? picture : (picture.note?.without() ?? picture)));
  const widths = drawn.map((picture, index) =>
    Math.max(picture.width, titles === undefined ? 0 : Math.ceil(textWidth(titles[index], TITLE)) + 2 * MARGIN),
  );
  const header = titles === undefined ? 0 : 22;
  const footer = note === undefined ? 0 : 18;
  const { canvas, context } = blankCanvas(
    Math.max(
      widths.reduce((sum, width) => sum + width, 0) + GAP * (drawn.length - 1),
      note === undefined ? 0 : textWidth(note, NOTE) + 2 * MARGIN,
    ),
    header + Math.max(...drawn.map((picture) => picture.height)) + footer,
  );
  let x = 0;
  drawn.forEach((picture, index) => {
    if (titles !== undefined) drawText(context, titles[index], x + MARGIN, 16, TITLE);
    context.drawImage(picture.canvas, x, header);
    x += widths[index] + GAP;
  });
  if (note !== undefined) drawText(context, note, MARGIN, canvas.height - MARGIN, NOTE);
  const words = pictures.map((picture, index) =>
    [titles?.[index], note === undefined ? picture.text : picture.text.replace(` · ${note}`, "")]
      .filter(Boolean)
      .join(": "),
  );
  return new Picture(canvas, [...words, note].filter(Boolean).join("\n"));
}
