import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Dataset, FileRole } from "../../../src/helpers/mnist";

const UNSIGNED_BYTE = 0x08;

/** An IDX file: magic number, big-endian sizes, values (0, 1, 2, … modulo 251 when left out). */
export function idxFile(shape: readonly number[], values?: ArrayLike<number>, elementType = UNSIGNED_BYTE): Buffer {
  const count = shape.reduce((product, size) => product * size, 1);
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt8(elementType, 2);
  header.writeUInt8(shape.length, 3);
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, Buffer.from(Array.from({ length: count }, (_, i) => values?.[i] ?? i % 251))]);
}

/** A dataset of three training and two test images of 2×2 pixels, without sums, package or mirror. */
export const TINY: Dataset = {
  name: "Tiny",
  files: { trainImages: "a-images", trainLabels: "a-labels", testImages: "b-images", testLabels: "b-labels" },
  classNames: ["left", "right"],
};

export const TINY_FILES: Readonly<Record<FileRole, Buffer>> = {
  trainImages: idxFile([3, 2, 2]),
  trainLabels: idxFile([3], [0, 1, 0]),
  testImages: idxFile([2, 2, 2]),
  testLabels: idxFile([2], [1, 1]),
};

/** A new folder for temporary files. */
export function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), "cnn-helpers-test-"));
}

/** Puts the tiny dataset's files into a new folder; `instead` replaces single files, `undefined` leaves one out. */
export function tinyFolder(instead: Partial<Record<FileRole, Buffer | undefined>> = {}): string {
  const folder = temporaryFolder();
  for (const [role, bytes] of Object.entries({ ...TINY_FILES, ...instead })) {
    if (bytes !== undefined) fs.writeFileSync(path.join(folder, TINY.files[role as FileRole]), bytes);
  }
  return folder;
}
