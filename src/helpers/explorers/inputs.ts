import { UsageError } from "../../shared/usage-error";
/** An image that an explorer offers. */
export interface ExplorerInput {
  readonly name: string;
  /** `[rows][columns]`, at most 32 × 32. Larger numbers are brighter; negative ones make it blue – white – red. */
  readonly pixels: number[][];
  /** Whether clicking a cell switches it between 0 and 1. */
  readonly paintable?: boolean;
}

/** The largest side of an input: with more cells, the marked window would be too small to see. */
const MAX_SIDE = 32;

/** The largest side of a kernel whose weights can be edited. */
export const MAX_KERNEL_SIZE = 5;

/** Small numbers for mental arithmetic. */
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

/** The numbers 1 to 16, whose 2 × 2 maxima are 6, 8, 14 and 16. */
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

/** @throws if an input is empty, ragged or too large, or has a value that isn't a finite number */
export function checkInput({ name, pixels }: ExplorerInput): void {
  const columns = pixels[0]?.length ?? 0;
  if (columns === 0 || pixels.some((row) => row.length !== columns)) {
    throw new UsageError(`input "${name}": expected rows of equal length with at least one number, found other rows.`);
  }
  if (Math.max(pixels.length, columns) > MAX_SIDE) {
    throw new UsageError(
      `input "${name}": expected at most ${MAX_SIDE} × ${MAX_SIDE} cells, found ${pixels.length} × ${columns}.`,
    );
  }
  const odd = pixels.flat().find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw new UsageError(`input "${name}": expected finite numbers, found ${odd}.`);
}

/**
 * Reads a matrix from text: one row per line, numbers separated by spaces, commas or semicolons.
 *
 * @throws if it isn't one; the message says where
 */
export function parseMatrix(text: string): number[][] {
  const rows = text
    .split("\n")
    .map((line) => line.split(/[\s,;]+/).filter((word) => word !== ""))
    .filter((words) => words.length > 0);
  if (rows.length === 0) {
    throw new UsageError("The matrix is empty. Write one row per line, with spaces between the numbers.");
  }
  return rows.map((words, row) => {
    if (words.length !== rows[0].length) {
      throw new UsageError(
        `Row 1 has ${rows[0].length} numbers, row ${row + 1} has ${words.length}. All rows must have the same length.`,
      );
    }
    if (Math.max(rows.length, words.length) > MAX_SIDE) {
      throw new UsageError(`The matrix can have at most ${MAX_SIDE} rows and ${MAX_SIDE} columns.`);
    }
    return words.map((word) => {
      const value = Number(word.replace("−", "-"));
      if (!Number.isFinite(value)) throw new UsageError(`"${word}" in row ${row + 1} isn't a number.`);
      return value;
    });
  });
}
