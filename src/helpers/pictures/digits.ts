import { checkClassNumbers, checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import { COLORS } from "../display/colors";
import { numbersOf, type NumberSource } from "../display/numbers";
import type { Picture } from "./picture";
import { describeScale, firstImages, paint, readImages, scaleOf, type ImageSource } from "./pixels";
import { drawGrid, type Tile } from "./tiles";

/** A larger grid would be unreadable, and the notebook too large. */
const MAX_IMAGES = 400;

/** How {@link digitGrid} looks. */
export interface DigitGridOptions {
  readonly title?: string;
  /** True class numbers, one for each image. */
  readonly labels?: NumberSource;
  /** Predicted class numbers, one for each image: green if right; red, with the true class, if wrong. */
  readonly predictions?: NumberSource;
  /** The classes' names; by default their numbers. */
  readonly classNames?: readonly (string | number)[];
  /** Images in a row; 10 by default. */
  readonly columns?: number;
  /** How many of the images are drawn; by default all. */
  readonly count?: number;
  /** How many pixels of the picture each image pixel is wide and high; 2 by default. */
  readonly scale?: number;
  /** The values drawn black and white; if the range starts below 0, it is drawn blue – white – red. */
  readonly range?: readonly [number, number];
}

/**
 * Images in rows, with their labels below them.
 *
 * @param images shape `[count, rows, columns]`, optionally with 1 or 3 channels as a last axis
 * @throws if the shape is wrong, there isn't one label for each image, a label isn't a class, or there are too many
 * images
 * @see notebooks/04-load.ipynb
 * @example await show(digitGrid(xTrain, { labels: yTrain, count: 20, columns: 10 }));
 */
export function digitGrid(images: ImageSource, options: DigitGridOptions = {}): Picture {
  const all = readImages(images, "digitGrid");
  const count = checkWholeNumber("digitGrid: count", options.count ?? all.count, 1, all.count);
  if (count > MAX_IMAGES) {
    throw new UsageError(
      `digitGrid: expected at most ${MAX_IMAGES} images, found ${count}. Pass { count: ${MAX_IMAGES} } or less.`,
    );
  }
  const stack = firstImages(all, count);
  const labels = classNumbers(options.labels, "labels", all.count, options.classNames);
  const predictions = classNumbers(options.predictions, "predictions", all.count, options.classNames);
  const colors = scaleOf(stack, options.range, "digitGrid: range");
  const tiles = Array.from({ length: count }, (_, index): Tile => {
    return {
      canvas: paint(stack, index, colors),
      ...caption(labels?.[index], predictions?.[index], options.classNames),
    };
  });
  const note = describeScale(colors, stack);
  const right = tiles.filter((tile) => tile.color === COLORS.right).length;
  return drawGrid(tiles, {
    title: options.title,
    note,
    columns: checkWholeNumber("digitGrid: columns", options.columns ?? Math.min(10, count), 1),
    scale: checkWholeNumber("digitGrid: scale", options.scale ?? 2, 1),
    text: [
      options.title,
      `${count} ${count === 1 ? "image" : "images"} of ${stack.rows} × ${stack.columns} pixels`,
      labels && predictions ? `${right} of ${count} right` : "",
      note,
      tileText(tiles),
    ]
      .filter(Boolean)
      .join(" · "),
  });
}

/** The label of a tile: the class, or the prediction in green or red. */
function caption(
  label: number | undefined,
  prediction: number | undefined,
  classNames: DigitGridOptions["classNames"],
): Pick<Tile, "label" | "color"> {
  const name = (index: number): string => String(classNames?.[index] ?? index);
  if (prediction === undefined) return { label: label === undefined ? undefined : name(label) };
  if (label === undefined) return { label: name(prediction) };
  return prediction === label
    ? { label: name(prediction), color: COLORS.right }
    : { label: `${name(prediction)}, not ${name(label)}`, color: COLORS.wrong };
}

/** The first labels, in reading order. */
function tileText(tiles: readonly Tile[]): string {
  return tiles
    .slice(0, 20)
    .map((tile) => tile.label ?? "")
    .filter((label) => label !== "")
    .join(" | ");
}

function classNumbers(
  source: NumberSource | undefined,
  name: string,
  count: number,
  classNames: readonly unknown[] | undefined,
): ArrayLike<number> | undefined {
  if (source === undefined) return undefined;
  const numbers = numbersOf(source, `digitGrid: ${name}`);
  if (numbers.length !== count) {
    throw new UsageError(`digitGrid: expected ${count} ${name}, one for each image, found ${numbers.length}.`);
  }
  checkClassNumbers(`digitGrid: ${name}`, numbers, classNames?.length);
  return numbers;
}
