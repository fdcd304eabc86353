/*
 * A cell's source has a name that the front end and the kernel compute each for itself, from the text of the cell:
 * `debugInfo` tells the front end how.
 */

/** What is in front of the hash in a cell's name, and behind. No such file exists. */
export const CELL_PATH = { prefix: "/cells/", suffix: ".ts", seed: 0x1f2e3d4c } as const;

/** The name of the source of a cell with the text `code`. */
export function cellPath(code: string): string {
  return `${CELL_PATH.prefix}${murmur2(Buffer.from(code), CELL_PATH.seed)}${CELL_PATH.suffix}`;
}

/**
 * MurmurHash2, 32 bits, by Austin Appleby: https://github.com/aappleby/smhasher/blob/master/src/MurmurHash2.cpp. It is
 * the one hash that front ends know.
 */
function murmur2(data: Buffer, seed: number): number {
  const multiplier = 0x5bd1e995;
  const wordBytes = data.length - (data.length % 4);
  let hash = seed ^ data.length;
  for (let offset = 0; offset < wordBytes; offset += 4) {
    let word = Math.imul(data.readUInt32LE(offset), multiplier);
    word = Math.imul(word ^ (word >>> 24), multiplier);
    hash = Math.imul(hash, multiplier) ^ word;
  }
  if (wordBytes < data.length) {
    hash = Math.imul(hash ^ data.readUIntLE(wordBytes, data.length - wordBytes), multiplier);
  }
  hash = Math.imul(hash ^ (hash >>> 13), multiplier);
  return (hash ^ (hash >>> 15)) >>> 0;
}
