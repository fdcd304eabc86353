import { UsageError } from "../../shared/usage-error";
import { divergingColor, greyLevel, type Rgb } from "./colors";
import { formatShort, withMinusSign } from "./format";

/** How values become colours, in pictures and explorers alike. */
export interface ColorScale {
  readonly low: number;
  readonly high: number;
  /** Whether colours go from blue over white (0) to red, for values with a sign, or from black to white. */
  readonly diverging: boolean;
}

/** Drawn for values that aren't finite: magenta. */
const NOT_FINITE: Rgb = [255, 0, 255];

/**
 * Chooses the colours for values: from 0 to 255 for bytes; otherwise symmetric about 0 if one is negative, from 0 to 1
 * if none is above 1, and from 0 to the largest if one is.
 */
export function chooseScale(values: ArrayLike<number>, dtype = "float32"): ColorScale {
  if (dtype === "uint8") return { low: 0, high: 255, diverging: false };
  const scale = fullScale(values);
  return scale.diverging || scale.high > 1 ? scale : { ...scale, high: 1 };
}

/** The colours that show the most: symmetric about 0 if a value is negative, otherwise from 0 to the largest. */
export function fullScale(values: ArrayLike<number>): ColorScale {
  let [low, high] = [0, 0];
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) continue;
    low = Math.min(low, values[index]);
    high = Math.max(high, values[index]);
  }
  return low < 0 ? symmetricScale(Math.max(-low, high)) : { low: 0, high: high || 1, diverging: false };
}

/** Blue at `-largest`, white at 0, red at `largest`. */
export function symmetricScale(largest: number): ColorScale {
  return { low: -largest, high: largest, diverging: true };
}

/**
 * A scale whose ends the caller chooses. If it starts below 0, the colours diverge.
 *
 * @param name what an error message calls the range
 * @throws unless low < high
 */
export function rangeScale([low, high]: readonly [number, number], name: string): ColorScale {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high)) {
    throw new UsageError(`${name}: expected a range [low, high] with low < high, found [${low}, ${high}].`);
  }
  return { low, high, diverging: low < 0 };
}

/** The colour of one value. */
export function colorOf(value: number, scale: ColorScale): Rgb {
  if (!Number.isFinite(value)) return NOT_FINITE;
  const { low, high, diverging } = scale;
  if (diverging) return divergingColor(value < 0 ? -value / low : value / Math.max(high, Number.MIN_VALUE));
  const level = greyOf(value, scale);
  return [level, level, level];
}

/** The brightness of one value, 0 to 255, such as one of the three channels of a colour image. */
export function greyOf(value: number, { low, high }: ColorScale): number {
  return greyLevel((value - low) / (high - low));
}

/** The two ends of a scale in words, such as `−0.31 (blue) … 0.31 (red)`. */
export function scaleEnds({ low, high, diverging }: ColorScale): string {
  const [first, last] = diverging ? ["blue", "red"] : ["black", "white"];
  return `${endText(low)} (${first}) … ${endText(high)} (${last})`;
}

function endText(value: number): string {
  return withMinusSign(formatShort(value, 3));
}
