/** An image that an explorer offers. */
export interface ExplorerInput {
  readonly name: string;
  /** `[rows][columns]`, at most 32 × 32. Zero is drawn white, larger numbers darker. */
  readonly pixels: number[][];
  /** Whether a click on a cell changes it between 0 and 1. */
  readonly paintable?: boolean;
}

/** Largest side of an input: with more cells the numbers and the marks can no longer be seen. */
export const LARGEST_SIDE = 32;

/** Small numbers to calculate with. */
export const MATRIX: ExplorerInput = {
  name: "matrix 5 × 5",
  pixels: [
    [1, 0, 2, 1, 0],
    [0, 3, 1, 0, 2],
    [2, 1, 0, 4, 1],
    [1, 0, 5, 2, 0],
    [0, 2, 1, 0, 3],
  ],
};

/** The matrix of 1 to 16 whose 2 × 2 maxima are 6, 8, 14 and 16. */
export const ONE_TO_SIXTEEN: ExplorerInput = {
  name: "1 to 16",
  pixels: [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [9, 10, 11, 12],
    [13, 14, 15, 16],
  ],
};

/** A face of 12 × 12 cells to draw on. */
export const DRAWING: ExplorerInput = {
  name: "drawing",
  paintable: true,
  pixels: [
    "....####....",
    "..##....##..",
    ".#........#.",
    ".#..#..#..#.",
    "#...#..#...#",
    "#..........#",
    "#....##....#",
    "#..........#",
    ".#.#....#.#.",
    ".#..####..#.",
    "..##....##..",
    "....####....",
  ].map((row) => [...row].map((cell) => (cell === "#" ? 1 : 0))),
};

/** @throws RangeError, naming the input, if it is empty, ragged, too large or holds something that is no number. */
export function checkInput({ name, pixels }: ExplorerInput): void {
  const columns = pixels[0]?.length ?? 0;
  if (columns === 0 || pixels.some((row) => row.length !== columns)) {
    throw new RangeError(`The input "${name}" must be rows of equal length, at least one number each.`);
  }
  if (Math.max(pixels.length, columns) > LARGEST_SIDE) {
    throw new RangeError(
      `The input "${name}" is ${pixels.length} × ${columns}; an explorer shows at most ${LARGEST_SIDE} × ${LARGEST_SIDE} cells.`,
    );
  }
  if (!pixels.flat().every(Number.isFinite))
    throw new RangeError(`The input "${name}" holds a value that is not a finite number.`);
}

/**
 * Reads a matrix from text: one row a line, numbers separated by spaces or commas.
 *
 * @throws RangeError with what is wrong and where.
 */
export function parseMatrix(text: string): number[][] {
  const rows = text
    .split("\n")
    .map((line) => line.split(/[\s,;]+/).filter((word) => word !== ""))
    .filter((words) => words.length > 0);
  if (rows.length === 0)
    throw new RangeError("The matrix is empty. Write one row a line, with spaces between the numbers.");
  return rows.map((words, row) => {
    if (words.length !== rows[0].length) {
      throw new RangeError(
        `Row 1 has ${rows[0].length} numbers, row ${row + 1} has ${words.length}. All rows need the same length.`,
      );
    }
    if (Math.max(rows.length, words.length) > LARGEST_SIDE)
      throw new RangeError(`At most ${LARGEST_SIDE} rows and columns can be shown.`);
    return words.map((word) => {
      const value = Number(word.replace("−", "-"));
      if (!Number.isFinite(value)) throw new RangeError(`"${word}" in row ${row + 1} is not a number.`);
      return value;
    });
  });
}
