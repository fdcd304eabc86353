/** Checks of arguments that several kinds of output share. */

/** @throws unless `digits`, where given, is a number of decimal places that numbers can be written with */
export function checkDigits(name: string, digits: number | undefined): void {
  if (digits !== undefined && !(Number.isInteger(digits) && digits >= 0 && digits <= 20)) {
    throw new Error(`${name}: expected digits to be a whole number from 0 to 20, found ${digits}.`);
  }
}

/** @throws unless `value` is a whole number of at least 1 */
export function checkPositive(name: string, value: number): number {
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${name}: expected a whole number from 1, found ${value}.`);
  return value;
}

/** @returns the number of rows and columns */
export function checkMatrix(name: string, matrix: readonly (readonly number[])[]): [rows: number, columns: number] {
  const columns = matrix[0]?.length ?? 0;
  if (columns === 0)
    throw new Error(`${name}: expected a matrix with at least one row and one column, found an empty one.`);
  matrix.forEach((row, index) => {
    if (row.length !== columns) {
      throw new Error(`${name}: expected rows of ${columns} numbers, found ${row.length} in row ${index}.`);
    }
  });
  return [matrix.length, columns];
}

export function checkLabels(name: string, labels: readonly unknown[] | undefined, expected: number): void {
  if (labels !== undefined && labels.length !== expected) {
    throw new Error(`${name}: expected ${expected} labels, found ${labels.length}.`);
  }
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** @returns the number of classes */
export function checkCounts(name: string, counts: readonly (readonly number[])[]): number {
  const [rows, columns] = checkMatrix(name, counts);
  if (rows !== columns)
    throw new Error(`${name}: expected a square matrix counts[true][predicted], found ${rows} × ${columns}.`);
  counts.forEach((row, trueClass) =>
    row.forEach((count, predicted) => {
      if (!Number.isInteger(count) || count < 0) {
        throw new Error(`${name}: expected whole counts from 0, found ${count} at [${trueClass}][${predicted}].`);
      }
    }),
  );
  return rows;
}
