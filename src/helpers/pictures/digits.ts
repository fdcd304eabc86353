import { checkWholeNumber } from "../../shared/checks";
import { numbersOf, type NumberSource } from "../display/numbers";
import { RIGHT, WRONG, type Picture } from "./picture";
import { chooseScale, countNotFinite, describeScale, firstImages, paint, readImages, type ImageSource } from "./pixels";
import { drawGrid, type Tile } from "./tiles";

export interface DigitGridOptions {
  readonly title?: string;
  /** True class numbers, one for each image. */
  readonly labels?: NumberSource;
  /** Predicted class numbers, one for each image: written green where they are right, red with the truth where wrong. */
  readonly predictions?: NumberSource;
  /** What the classes are called; by default their numbers. */
  readonly classNames?: readonly (string | number)[];
  readonly columns?: number;
  /** How many of the images are drawn; all by default. */
  readonly count?: number;
  /** How many picture pixels each image pixel becomes; 2 by default. */
  readonly scale?: number;
  readonly range?: readonly [number, number];
}

/** More would make a picture that nobody can read and a notebook that is too large. */
const MOST_IMAGES = 400;

/**
 * Images in rows with their labels below them.
 *
 * @param images shape `[count, rows, columns]`, with 1 or 3 channels behind or none
 * @throws when a shape doesn't fit, labels and images differ in number, a label is no class, or there are too many images
 */
export function digitGrid(images: ImageSource, options: DigitGridOptions = {}): Picture {
  const all = readImages(images, "digitGrid");
  const count = checkWholeNumber("digitGrid: count", options.count ?? all.count, 1);
  if (count > all.count) throw new Error(`digitGrid: expected a count of at most ${all.count} images, found ${count}.`);
  if (count > MOST_IMAGES) {
    throw new Error(
      `digitGrid: ${count} images are too many for one picture. Pass { count } of at most ${MOST_IMAGES}.`,
    );
  }
  const stack = firstImages(all, count);
  const labels = classNumbers(options.labels, "labels", all.count, options.classNames);
  const predictions = classNumbers(options.predictions, "predictions", all.count, options.classNames);
  const columns = checkWholeNumber("digitGrid: columns", options.columns ?? Math.min(10, count), 1);
  const colors = chooseScale(stack.data, stack.dtype, options.range, "digitGrid: range");
  const className = (label: number): string => String(options.classNames?.[label] ?? label);

  const tiles = Array.from({ length: count }, (_, index): Tile => {
    const canvas = paint(stack, index, colors);
    const [label, prediction] = [labels?.[index], predictions?.[index]];
    if (prediction === undefined) return { canvas, label: label === undefined ? undefined : className(label) };
    if (label === undefined) return { canvas, label: className(prediction) };
    return prediction === label
      ? { canvas, label: className(prediction), color: RIGHT }
      : { canvas, label: `${className(prediction)}, not ${className(label)}`, color: WRONG };
  });
  const note = describeScale(colors, countNotFinite(stack.data));
  const right = labels && predictions ? tiles.filter((tile) => tile.color === RIGHT).length : undefined;
  const score = right === undefined ? "" : `${right} of ${count} right`;
  return drawGrid(tiles, {
    title: options.title,
    note: note === "" ? undefined : note,
    columns,
    scale: checkWholeNumber("digitGrid: scale", options.scale ?? 2, 1),
    text: [
      options.title,
      `${count} ${count === 1 ? "image" : "images"} of ${stack.rows} × ${stack.columns} pixels`,
      score,
      note,
      tileText(tiles),
    ]
      .filter(Boolean)
      .join(" · "),
  });
}

/** The labels in reading order; a terminal shows nothing else of the images. */
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
  if (numbers.length !== count)
    throw new Error(`digitGrid: expected ${count} ${name}, one for each image, found ${numbers.length}.`);
  for (let index = 0; index < numbers.length; index++) {
    const value = numbers[index];
    if (!Number.isInteger(value) || value < 0 || (classNames !== undefined && value >= classNames.length)) {
      const allowed =
        classNames === undefined ? "class numbers from 0" : `class numbers from 0 to ${classNames.length - 1}`;
      throw new Error(`digitGrid: expected ${allowed}, found ${value} in ${name} at index ${index}.`);
    }
  }
  return numbers;
}
