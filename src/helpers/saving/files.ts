import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { writeAtomically } from "../../shared/atomic-write";
import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";

export const MODEL_FILE = "model.json";

/** Tensors as one file beside `model.json`. */
export interface WeightFile {
  readonly paths: readonly string[];
  readonly weights: readonly tf.io.WeightsManifestEntry[];
}

/**
 * Writes weights beside `model.json`, under a name made from their content: an earlier model's file isn't touched, so
 * the earlier `model.json` stays whole until the new one takes its place.
 */
export function writeWeights(folder: string, kind: string, data: Uint8Array): string {
  const name = `${kind}.${createHash("sha256").update(data).digest("hex").slice(0, 16)}.bin`;
  writeAtomically(path.join(folder, name), Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  return name;
}

/** Removes files of weights that the folder's `model.json` doesn't use any more. */
export function removeOldWeights(folder: string, used: readonly string[]): void {
  for (const file of fs.readdirSync(folder))
    if (/^(weights|optimizer)\.[0-9a-f]{16}\.bin$/.test(file) && !used.includes(file))
      fs.rmSync(path.join(folder, file), { force: true });
}

/**
 * Reads the weights that a `model.json` names.
 *
 * @throws UsageError if a name leaves the folder, or the files don't have the size that the weights need
 */
export function readWeights(folder: string, manifest: readonly WeightFile[]): Uint8Array {
  const parts = manifest.flatMap(({ paths }) =>
    paths.map((name) => {
      if (path.basename(name) !== name || name === "..")
        throw new UsageError(`expected weights beside ${MODEL_FILE}, found the path "${name}"`);
      return name;
    }),
  );
  const expected = manifest
    .flatMap(({ weights }) => weights)
    .reduce((bytes, { shape, dtype, quantization }) => {
      if (quantization !== undefined) return NaN;
      return bytes + tf.util.sizeFromShape(shape) * tf.util.bytesPerElement(dtype as tf.DataType);
    }, 0);
  const found = parts.reduce((bytes, name) => bytes + fs.statSync(path.join(folder, name)).size, 0);
  // Checked before anything is read: tfjs would stop halfway through a truncated file, and accept one that is too long.
  if (!Number.isNaN(expected) && found !== expected)
    throw new UsageError(`expected ${expected} bytes of weights in ${parts.join(", ")}, found ${found}`);
  return new Uint8Array(Buffer.concat(parts.map((name) => fs.readFileSync(path.join(folder, name)))));
}
