/** What a training run is steered by; the article's `N_EPOCHS`, `N_BATCH` and `LEARNING_RATE`. */
export interface Parameters {
  /** Passes over the training data (`EPOCHS`, default 3; the article trains 100). */
  readonly epochs: number;
  /** Images in a batch (`BATCH_SIZE`, default 100). */
  readonly batchSize: number;
  /** Adam's step size (`LEARNING_RATE`, default 0.001). */
  readonly learningRate: number;
  /** Where the random numbers start (`SEED`, default 42). */
  readonly seed: number;
}

/**
 * Reads the parameters from environment variables, so that the same notebook runs short or long:
 * `EPOCHS=100 npm run notebooks -- 09`.
 *
 * @throws when a variable is set to something that cannot be used; the message names it
 */
export function readParameters(environment: Record<string, string | undefined> = process.env): Parameters {
  return {
    epochs: wholeNumber(environment, "EPOCHS", 3, 1),
    batchSize: wholeNumber(environment, "BATCH_SIZE", 100, 1),
    learningRate: positiveNumber(environment, "LEARNING_RATE", 0.001),
    seed: wholeNumber(environment, "SEED", 42, 0),
  };
}

function wholeNumber(
  environment: Record<string, string | undefined>,
  name: string,
  byDefault: number,
  smallest: number,
): number {
  const text = environment[name]?.trim();
  if (!text) return byDefault;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < smallest) {
    throw new Error(
      `${name}: expected a whole number from ${smallest}, found "${text}". Set it to something like ${byDefault}, or unset it.`,
    );
  }
  return value;
}

function positiveNumber(environment: Record<string, string | undefined>, name: string, byDefault: number): number {
  const text = environment[name]?.trim();
  if (!text) return byDefault;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) {
    throw new Error(
      `${name}: expected a number above 0, found "${text}". Set it to something like ${byDefault}, or unset it.`,
    );
  }
  return value;
}
