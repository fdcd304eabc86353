/**
 * Something that was passed to a helper, or a file that it read, can't be used. The message says what was expected,
 * what was found and what to do about it. No tensor is left behind, no file is half written.
 *
 * @see notebooks/05-preprocess.ipynb
 * @example
 * try {
 *   toCategorical([7], 5);
 * } catch (error) {
 *   console.log(error instanceof UsageError); // true
 * }
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
