import { File, type Dataset, type Group } from "jsfive";
import * as tf from "../../tf";

export type { Group } from "jsfive";

const SIGNATURE = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

/**
 * Opens an HDF5 file.
 *
 * @throws if the bytes are none, or not all of one
 */
export function openHdf5(bytes: Uint8Array, name: string): Group {
  const content = Buffer.from(bytes);
  if (!content.subarray(0, SIGNATURE.length).equals(SIGNATURE)) throw new Error(`expected an HDF5 file in ${name}`);
  // Where the superblock says how long the file is: "HDF5 file format specification", version 3.0, II.A.
  const at = content.readUInt8(8) < 2 ? 40 : 28;
  const length = Number(content.readBigUInt64LE(at));
  if (content.length < length) throw new Error(`expected ${length} bytes of ${name}, found ${content.length}`);
  return new File(new Uint8Array(bytes).buffer, name);
}

/** A group inside another; `undefined` if there is none. */
export function groupIn(group: Group, name: string): Group | undefined {
  if (!group.keys.includes(name)) return undefined;
  const found = group.get(name);
  return isGroup(found) ? found : undefined;
}

/** An array inside a group, as a tensor; the caller owns it. */
export function tensorIn(group: Group, path: string): tf.Tensor {
  const found = group.get(path);
  if (isGroup(found)) throw new Error(`expected an array at ${path}, found a group`);
  const { dtype, shape, value } = found;
  if (!/^[<>]f[48]$/.test(dtype)) throw new Error(`expected floats at ${path}, found the type ${dtype}`);
  return tf.tensor(Float32Array.from(value), shape);
}

function isGroup(found: Group | Dataset): found is Group {
  // A data set is an array, which has keys, too.
  return !("dtype" in found);
}
