import { UsageError } from "../../shared/usage-error";
/** One channel: `[rows][columns]`. Several: `[rows][columns][channels]`. */
export type Image = number[][] | number[][][];

/**
 * `[rows, columns]` of an image or a kernel.
 *
 * @param what what an error message calls it
 * @throws if it is empty or its rows differ in length
 */
export function shapeOf(rows: readonly (readonly unknown[])[], what: string): [number, number] {
  if (!Array.isArray(rows) || !rows.every((row) => Array.isArray(row))) {
    throw new UsageError(
      `${what}: expected rows of numbers, found something else. Pass an array like [[1, 2], [3, 4]].`,
    );
  }
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) throw new UsageError(`${what}: expected at least one row and one column, found none.`);
  const odd = rows.findIndex((row) => row.length !== columns);
  if (odd > 0) {
    throw new UsageError(
      `${what}: expected rows of equal length, ` +
        `found ${columns} numbers in row 1 and ${rows[odd].length} in row ${odd + 1}.`,
    );
  }
  return [rows.length, columns];
}

/** Whether the image is `[rows][columns]`, without a channel axis. */
export function isOneChannel(image: Image): image is number[][] {
  return !Array.isArray(image?.[0]?.[0]);
}

/** Adds a channel axis of length 1. */
export function withChannelAxis(image: number[][]): number[][][] {
  shapeOf(image, "image");
  return image.map((row) => row.map((value) => [value]));
}

/** Picks one channel of an image. */
export function channelOf(image: number[][][], channel: number): number[][] {
  return image.map((row) => row.map((channels) => channels[channel]));
}

/** A matrix of the given `[rows, columns]`, each cell computed by a function. */
export function fill<T>(shape: readonly [number, number], cell: (row: number, column: number) => T): T[][] {
  return Array.from({ length: shape[0] }, (_, row) =>
    Array.from({ length: shape[1] }, (_, column) => cell(row, column)),
  );
}
