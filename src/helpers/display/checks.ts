/** Checks of arguments that several kinds of output share. */
import { checkWholeNumber, isWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";

/** @throws unless `digits`, if given, is a number of decimal places that `toFixed` can use */
export function checkDigits(name: string, digits: number | undefined): void {
  // Intl and the tables stop at 20.
  if (digits !== undefined) checkWholeNumber(`${name}: digits`, digits, 0, 20);
}

/** @returns the number of rows and columns */
export function checkMatrix(name: string, matrix: readonly (readonly number[])[]): [rows: number, columns: number] {
  if (!Array.isArray(matrix) || !matrix.every((row) => Array.isArray(row))) {
    throw new UsageError(`${name}: expected a matrix, found something else. Pass rows of numbers: [[1, 2], [3, 4]].`);
  }
  const columns = matrix[0]?.length ?? 0;
  if (columns === 0) {
    throw new UsageError(`${name}: expected a matrix with at least one row and one column, found an empty one.`);
  }
  matrix.forEach((row, index) => {
    if (row.length !== columns) {
      throw new UsageError(`${name}: expected rows of ${columns} numbers, found ${row.length} in row ${index}.`);
    }
  });
  return [matrix.length, columns];
}

/** @throws unless there are as many labels as expected, or none at all */
export function checkLabels(name: string, labels: readonly unknown[] | undefined, expected: number): void {
  if (labels !== undefined && labels.length !== expected) {
    throw new UsageError(`${name}: expected ${expected} labels, found ${labels.length}.`);
  }
}

/**
 * Checks a confusion matrix.
 *
 * @returns the number of classes
 */
export function checkCounts(name: string, counts: readonly (readonly number[])[]): number {
  const [rows, columns] = checkMatrix(name, counts);
  if (rows !== columns) {
    throw new UsageError(`${name}: expected a square matrix counts[true][predicted], found ${rows} × ${columns}.`);
  }
  counts.forEach((row, trueClass) =>
    row.forEach((count, predicted) => {
      if (!isWholeNumber(count, 0)) {
        throw new UsageError(
          `${name}: expected whole counts of at least 0, found ${count} at [${trueClass}][${predicted}].`,
        );
      }
    }),
  );
  return rows;
}

/** The numbers 0, 1, …, `count` - 1. */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
