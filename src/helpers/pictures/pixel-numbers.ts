import { UsageError } from "../../shared/usage-error";
import { checkDigits } from "../display/checks";
import { colorOf } from "../display/color-scale";
import { cssColor, isDark } from "../display/colors";
import { withMinusSign } from "../display/format";
import { blankCanvas, drawHeader, drawText, headerSize, Picture, textWidth } from "./picture";
import { describeScale, paint, readImage, scaleOf, type ImageSource } from "./pixels";

/** With more numbers in a row, they would be too small to read. */
const MAX_SIDE = 32;
const MARGIN = 8;

/** How {@link pixelNumbersPicture} looks. */
export interface PixelNumbersOptions {
  readonly title?: string;
  /** Decimal places; by default 0 if all are whole numbers, otherwise 2. */
  readonly digits?: number;
  /** The values drawn black and white; if the range starts below 0, it is drawn blue – white – red. */
  readonly range?: readonly [number, number];
}

/**
 * An image and, next to it, its numbers, each in a cell of its pixel's colour.
 *
 * @param image one grey image of at most 32 × 32 pixels, shape `[rows, columns]` or `[rows, columns, 1]`
 * @throws if the image is larger or has more than one channel
 * @see notebooks/04-load.ipynb
 * @example await show(pixelNumbersPicture([[0, 128], [64, 255]]));
 */
export function pixelNumbersPicture(image: ImageSource, options: PixelNumbersOptions = {}): Picture {
  const stack = readImage(image, "pixelNumbersPicture");
  const { rows, columns, data } = stack;
  checkDigits("pixelNumbersPicture", options.digits);
  if (stack.channels !== 1)
    throw new UsageError("pixelNumbersPicture: expected one channel, found 3. Pick one channel first.");
  if (rows > MAX_SIDE || columns > MAX_SIDE) {
    throw new UsageError(
      `pixelNumbersPicture: expected at most ${MAX_SIDE} × ${MAX_SIDE} pixels, found ${rows} × ${columns}. ` +
        "Cut a piece out first.",
    );
  }
  const values = Array.from({ length: rows * columns }, (_, index) => data[index]);
  const digits =
    options.digits ?? (values.every((value) => !Number.isFinite(value) || Number.isInteger(value)) ? 0 : 2);
  const written = values.map((value) => withMinusSign(Number.isFinite(value) ? value.toFixed(digits) : String(value)));
  const size = columns > 16 ? 8 : 12;
  const cellWidth = Math.ceil(Math.max(...written.map((text) => textWidth(text, { size })))) + 6;
  const cellHeight = columns > 16 ? size + 6 : 22;
  const colors = scaleOf(stack, options.range, "pixelNumbersPicture: range");
  const note = describeScale(colors, stack);
  const header = headerSize(options.title, note);
  // The image is as high as the table of its numbers, so that their rows line up.
  const tableLeft = MARGIN + columns * cellHeight + 3 * MARGIN;
  const { canvas, context } = blankCanvas(
    Math.max(tableLeft + columns * cellWidth, MARGIN + header.width) + MARGIN,
    2 * MARGIN + header.height + rows * cellHeight,
  );
  drawHeader(context, options.title, note, MARGIN);
  const top = MARGIN + header.height;
  context.drawImage(paint(stack, 0, colors), MARGIN, top, columns * cellHeight, rows * cellHeight);
  written.forEach((text, index) => {
    const color = colorOf(values[index], colors);
    const x = tableLeft + (index % columns) * cellWidth;
    const y = top + Math.floor(index / columns) * cellHeight;
    context.fillStyle = cssColor(color);
    context.fillRect(x, y, cellWidth - 1, cellHeight - 1);
    drawText(context, text, x + cellWidth - 4, y + cellHeight / 2 + size / 3 + 0.5, {
      size,
      align: "right",
      color: isDark(color) ? "white" : "black",
    });
  });
  const widest = Math.max(...written.map((cell) => cell.length));
  const lines = Array.from({ length: rows }, (_, row) =>
    written
      .slice(row * columns, (row + 1) * columns)
      .map((cell) => cell.padStart(widest))
      .join(" "),
  );
  return new Picture(canvas, [options.title, note, ...lines].filter(Boolean).join("\n"));
}
