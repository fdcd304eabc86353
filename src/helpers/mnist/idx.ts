import { UsageError } from "../../shared/usage-error";
/** Unsigned bytes with a shape, like NumPy's `uint8` ndarray: row-major, so the last axis varies fastest. */
export interface ByteTensor<Shape extends readonly number[] = readonly number[]> {
  /** `shape[0] × shape[1] × …` values from 0 to 255. */
  readonly data: Uint8Array;
  readonly shape: Shape;
}

/** Greyscale images, shape `[count, rows, columns]`; 0 is background, 255 is ink. */
export type Images = ByteTensor<readonly [count: number, rows: number, columns: number]>;

/** Class numbers, shape `[count]`. */
export type Labels = ByteTensor<readonly [count: number]>;

/** The third byte of an IDX magic number: the element type. Only unsigned bytes are read here. */
const UNSIGNED_BYTE = 0x08;
const MAGIC_BYTES = 4;
const SIZE_BYTES = 4;

/**
 * Reads a file in IDX format, in which MNIST is distributed: a magic number (two zero bytes, the element type, the
 * number of dimensions), one big-endian 32-bit size per dimension, then the values. Source: "The IDX file format",
 * http://yann.lecun.com/exdb/mnist/.
 *
 * The header is checked against the file's length first. The result is a view of `bytes`, not a copy.
 *
 * @param bytes the uncompressed file
 * @param name what an error message calls the file
 * @param rank the number of dimensions to expect: 3 for images, 1 for labels; by default any number
 * @throws if the magic number, element type or rank is wrong, or the file is shorter or longer than its header says
 * @see notebooks/04-load.ipynb
 * @example
 * const labels = parseIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 2, 7, 3]), "labels"); // shape [2], data 7, 3
 */
export function parseIdx(bytes: Uint8Array, name: string, rank?: number): ByteTensor {
  if (bytes.length < MAGIC_BYTES) {
    throw new UsageError(`${name}: expected an IDX file, found only ${bytes.length} bytes. Download it again.`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const magic = view.getUint32(0);
  const elementType = bytes[2];
  const dimensions = bytes[3];
  if (bytes[0] !== 0 || bytes[1] !== 0 || dimensions === 0) {
    throw new UsageError(
      `${name}: expected an IDX magic number (00 00 type rank), found ${hex(magic)}. Is this the right file?`,
    );
  }
  if (elementType !== UNSIGNED_BYTE) {
    throw new UsageError(
      `${name}: expected unsigned bytes (IDX type 08), found type ${hex(elementType, 2)}. ` +
        "Convert the file to unsigned bytes.",
    );
  }
  if (rank !== undefined && dimensions !== rank) {
    const meaning = rank === 3 ? "images" : rank === 1 ? "labels" : `${rank} dimensions`;
    throw new UsageError(
      `${name}: expected ${meaning} (magic number ${hex(0x0800 + rank)}), ` +
        `found ${dimensions} dimension(s) (${hex(magic)}). ` +
        "Have the image and label files been swapped?",
    );
  }
  const headerBytes = MAGIC_BYTES + dimensions * SIZE_BYTES;
  if (bytes.length < headerBytes) {
    throw new UsageError(
      `${name}: expected a header of ${headerBytes} bytes, found a file of ${bytes.length}. Download it again.`,
    );
  }
  const shape = Array.from({ length: dimensions }, (_, axis) => view.getUint32(MAGIC_BYTES + axis * SIZE_BYTES));
  const expected = headerBytes + shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== expected) {
    throw new UsageError(
      `${name}: expected ${expected} bytes for the shape ${shape.join("×")} in its header, found ${bytes.length}. ` +
        "The file is truncated or damaged: download it again.",
    );
  }
  return { data: new Uint8Array(bytes.buffer, bytes.byteOffset + headerBytes, bytes.length - headerBytes), shape };
}

/** The first bytes of a file that hold its IDX header, whatever its rank. */
export const MAX_HEADER_BYTES = MAGIC_BYTES + 255 * SIZE_BYTES;

/**
 * How many bytes an IDX file has, by its header.
 *
 * @param start the file's first bytes
 * @returns `undefined` if they aren't the header of an IDX file of unsigned bytes
 */
export function idxFileBytes(start: Uint8Array): number | undefined {
  const [zero, alsoZero, elementType, dimensions] = start;
  const headerBytes = MAGIC_BYTES + dimensions * SIZE_BYTES;
  if (zero !== 0 || alsoZero !== 0 || elementType !== UNSIGNED_BYTE || !(start.length >= headerBytes)) return undefined;
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  let values = 1;
  for (let axis = 0; axis < dimensions; axis++) values *= view.getUint32(MAGIC_BYTES + axis * SIZE_BYTES);
  return headerBytes + values;
}

function hex(value: number, digits = 8): string {
  return `0x${value.toString(16).padStart(digits, "0")}`;
}
