import seedrandom from "seedrandom";

/** How `TensorSlices.shuffle` shuffles. */
export interface ShuffleOptions {
  /** How many pairs the next one is drawn from. */
  readonly bufferSize: number;
  /** Gives the same sequence of orders in every run. */
  readonly seed?: number;
}

/**
 * The order in which tf.data's `shuffle` yields `count` elements: a buffer is filled with the first `bufferSize`
 * elements; each element yielded is drawn at random from the buffer, and the next one from the data takes its place.
 * With `bufferSize >= count` every order is equally likely. With a small buffer, elements only move about as far as the
 * buffer is long.
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

/** A source of random numbers from 0 (inclusive) to 1 (exclusive); the same seed gives the same numbers. */
export function randomNumbers(seed?: number | string): () => number {
  return seed === undefined ? seedrandom() : seedrandom(String(seed));
}
