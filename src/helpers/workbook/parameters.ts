import { isWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";

type Environment = Readonly<Record<string, string | undefined>>;

/** The parameters of a training run: the article's `N_EPOCHS`, `N_BATCH` and `LEARNING_RATE`, and a seed. */
export interface Parameters {
  /** Passes over the training data (`EPOCHS`, default 3; the article trains 100). */
  readonly epochs: number;
  /** Images in a batch (`BATCH_SIZE`, default 100). */
  readonly batchSize: number;
  /** Adam's step size (`LEARNING_RATE`, default 0.001). */
  readonly learningRate: number;
  /** The seed of the random numbers (`SEED`, default 42). */
  readonly seed: number;
}

/**
 * Reads the parameters from environment variables, so that the same notebook can train for a short or a long time:
 * `EPOCHS=100 npm run notebooks -- 09`.
 *
 * @param environment the variables; by default the process's
 * @throws if a variable has an unusable value; the message names it
 * @see notebooks/09-fit.ipynb
 * @example const { epochs, batchSize } = readParameters({ EPOCHS: "5", BATCH_SIZE: "32" });
 */
export function readParameters(environment: Readonly<Record<string, string | undefined>> = process.env): Parameters {
  return {
    epochs: wholeNumber(environment, "EPOCHS", 3, 1),
    batchSize: wholeNumber(environment, "BATCH_SIZE", 100, 1),
    learningRate: positiveNumber(environment, "LEARNING_RATE", 0.001),
    seed: wholeNumber(environment, "SEED", 42, 0),
  };
}

function wholeNumber(environment: Environment, name: string, byDefault: number, min: number): number {
  const usable = (value: number): boolean => isWholeNumber(value, min, Number.MAX_SAFE_INTEGER);
  return readNumber(environment, name, byDefault, usable, `a whole number of at least ${min}`);
}

function positiveNumber(environment: Environment, name: string, byDefault: number): number {
  return readNumber(environment, name, byDefault, (value) => Number.isFinite(value) && value > 0, "a number above 0");
}

function readNumber(
  environment: Environment,
  name: string,
  byDefault: number,
  usable: (value: number) => boolean,
  expected: string,
): number {
  const text = environment[name]?.trim();
  if (!text) return byDefault;
  const value = Number(text);
  if (usable(value)) return value;
  throw new UsageError(
    `${name}: expected ${expected}, found "${text}". Set it to something like ${byDefault}, or unset it.`,
  );
}
