import seedrandom from "seedrandom";

/** Settings of `TensorSlices.shuffle`. */
export interface ShuffleOptions {
  readonly bufferSize: number;
  readonly seed?: number;
}

/**
 * The order in which tf.data's `shuffle` gives out `count` elements: a buffer of `bufferSize` elements is filled from
 * the front of the data, and each element given out is drawn at random from the buffer and replaced by the next one.
 * With `bufferSize >= count` every order is equally likely; with a small buffer elements move only about as far as
 * the buffer is long.
 *
 * @param random numbers from 0 (inclusive) to 1 (exclusive)
 * @returns the indices 0 … count - 1, each once
 */
export function shuffledOrder(count: number, bufferSize: number, random: () => number): Int32Array {
  const buffer = Int32Array.from({ length: Math.min(bufferSize, count) }, (_, index) => index);
  const order = new Int32Array(count);
  let filled = buffer.length;
  for (let position = 0, next = buffer.length; position < count; position++) {
    const drawn = Math.floor(random() * filled);
    order[position] = buffer[drawn];
    if (next < count) buffer[drawn] = next++;
    else buffer[drawn] = buffer[--filled];
  }
  return order;
}

/** A generator of numbers from 0 (inclusive) to 1 (exclusive); the same seed gives the same numbers. */
export function randomNumbers(seed?: number): () => number {
  return seed === undefined ? seedrandom() : seedrandom(String(seed));
}
