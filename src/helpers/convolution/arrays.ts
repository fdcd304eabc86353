/** One channel: `[rows][columns]`. Several: `[rows][columns][channels]`. */
export type Image = number[][] | number[][][];

/** `[rows, columns]` of an image or a kernel. @throws RangeError if it is empty or its rows differ in length. */
export function shapeOf(rows: readonly (readonly unknown[])[], what: string): [number, number] {
  const columns = rows[0]?.length ?? 0;
  if (columns === 0) throw new RangeError(`The ${what} is empty; it needs at least one row and one column.`);
  const odd = rows.findIndex((row) => row.length !== columns);
  if (odd > 0) {
    throw new RangeError(
      `The ${what}'s rows differ in length: row 1 has ${columns} numbers, row ${odd + 1} has ${rows[odd].length}.`,
    );
  }
  return [rows.length, columns];
}

/** Whether the image is `[rows][columns]`, without a channel axis. */
export function isOneChannel(image: Image): image is number[][] {
  return !Array.isArray(image[0]?.[0]);
}

/** Adds a channel axis of length 1. */
export function withChannelAxis(image: number[][]): number[][][] {
  return image.map((row) => row.map((value) => [value]));
}

/** Takes one channel out of an image. */
export function channelOf(image: number[][][], channel: number): number[][] {
  return image.map((row) => row.map((channels) => channels[channel]));
}

/** A table of the given `[rows, columns]` whose cells are computed one by one. */
export function fill<T>(shape: readonly [number, number], cell: (row: number, column: number) => T): T[][] {
  return Array.from({ length: shape[0] }, (_, row) =>
    Array.from({ length: shape[1] }, (_, column) => cell(row, column)),
  );
}
