import { checkDigits } from "../display/checks";
import { blankCanvas, drawHeader, drawText, headerSize, Picture, textWidth } from "./picture";
import {
  chooseScale,
  colorOf,
  countNotFinite,
  describeScale,
  paint,
  readImage,
  short,
  type ImageSource,
} from "./pixels";

/** A number needs about this much room; more numbers than this across would not be read. */
const MOST_PIXELS = 32;
const MARGIN = 8;

export interface PixelNumbersOptions {
  readonly title?: string;
  /** Decimal places; by default none for whole numbers, else 2. */
  readonly digits?: number;
  readonly range?: readonly [number, number];
}

/**
 * A picture beside the numbers it is made of, each in a cell of its own colour.
 *
 * @param image one grey image of at most 32 × 32 pixels, shape `[rows, columns]` or `[rows, columns, 1]`
 * @throws when the image is larger or has colours: cut a piece out first
 */
export function pixelNumbersPicture(image: ImageSource, options: PixelNumbersOptions = {}): Picture {
  const stack = readImage(image, "pixelNumbersPicture");
  const { rows, columns, data } = stack;
  checkDigits("pixelNumbersPicture", options.digits);
  if (stack.channels !== 1)
    throw new Error("pixelNumbersPicture: expected one channel, found 3. Pick one channel first.");
  if (rows > MOST_PIXELS || columns > MOST_PIXELS) {
    throw new Error(
      `pixelNumbersPicture: expected at most ${MOST_PIXELS} × ${MOST_PIXELS} pixels, found ${rows} × ${columns}. Cut a piece out first.`,
    );
  }
  const values = Array.from({ length: rows * columns }, (_, index) => data[index]);
  const digits =
    options.digits ?? (values.every((value) => !Number.isFinite(value) || Number.isInteger(value)) ? 0 : 2);
  const written = values.map((value) =>
    Number.isFinite(value) ? value.toFixed(digits).replace("-", "−") : short(value),
  );
  const size = columns > 16 ? 8 : 12;
  const cellWidth = Math.ceil(Math.max(...written.map((text) => textWidth(text, { size })))) + 6;
  const cellHeight = columns > 16 ? size + 6 : 22;
  const colors = chooseScale(stack.data, stack.dtype, options.range, "pixelNumbersPicture: range");
  const note = describeScale(colors, countNotFinite(data));
  const header = headerSize(options.title, note);
  // The picture is as high as the table of its numbers: a row of one stands beside its row in the other.
  const tableLeft = MARGIN + columns * cellHeight + 3 * MARGIN;
  const { canvas, context } = blankCanvas(
    Math.max(tableLeft + columns * cellWidth, MARGIN + header.width) + MARGIN,
    2 * MARGIN + header.height + rows * cellHeight,
  );
  drawHeader(context, options.title, note, MARGIN);
  const top = MARGIN + header.height;
  context.drawImage(paint(stack, 0, colors), MARGIN, top, columns * cellHeight, rows * cellHeight);
  written.forEach((text, index) => {
    const [red, green, blue] = colorOf(values[index], colors);
    const x = tableLeft + (index % columns) * cellWidth;
    const y = top + Math.floor(index / columns) * cellHeight;
    context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
    context.fillRect(x, y, cellWidth - 1, cellHeight - 1);
    const dark = 0.299 * red + 0.587 * green + 0.114 * blue < 140;
    drawText(context, text, x + cellWidth - 4, y + cellHeight / 2 + size / 3 + 0.5, {
      size,
      align: "right",
      color: dark ? "white" : "black",
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
