import { UsageError } from "./usage-error";
/**
 * Checks that a number is whole and in range.
 *
 * @param name what the number is, as the error message should call it: `"batch: batchSize"`
 * @returns the number
 * @throws otherwise
 */
export function checkWholeNumber(name: string, value: number, min: number, max = Infinity): number {
  if (!isWholeNumber(value, min, max)) {
    throw new UsageError(`${name}: expected a whole number ${wholeNumberRange(min, max)}, found ${String(value)}.`);
  }
  return value;
}

/** Whether a value is a whole number from `min` to `max`, both included. */
export function isWholeNumber(value: unknown, min: number, max = Infinity): value is number {
  return Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
}

/**
 * Checks class numbers, such as labels or predictions.
 *
 * @param name what the numbers are, as the error message should call them
 * @param numClasses how many classes there are; by default any number of them
 * @returns the largest class number, or -1 if there are none
 * @throws unless each is a whole number of at least 0 and below `numClasses`; the message gives its index
 */
export function checkClassNumbers(name: string, values: ArrayLike<number>, numClasses = Infinity): number {
  let largest = -1;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!isWholeNumber(value, 0, numClasses - 1)) {
      const range = wholeNumberRange(0, numClasses - 1);
      throw new UsageError(
        `${name}: expected class numbers (whole numbers ${range}), found ${String(value)} at index ${index}.`,
      );
    }
    largest = Math.max(largest, value);
  }
  return largest;
}

function wholeNumberRange(min: number, max: number): string {
  return max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
}
