import { UsageError } from "../../shared/usage-error";

/** What Keras's Adam-like optimizers have in common; the defaults are Keras's. */
export interface AdamOptions {
  /** At least 0; 0.001 by default. */
  readonly learningRate?: number;
  /** How slowly the mean of the gradients follows them, from 0 to below 1; 0.9 by default. */
  readonly beta1?: number;
  /** The same for the mean of their squares; 0.999 by default. */
  readonly beta2?: number;
  /** Keeps the step finite where gradients are 0; 1e-7 by default. */
  readonly epsilon?: number;
}

/** @throws UsageError if a number is out of range */
export function checkAdamOptions(optimizer: string, options: Required<AdamOptions>): void {
  const { learningRate, beta1, beta2, epsilon } = options;
  const check = (name: string, value: number, below: number) => {
    if (!(value >= 0 && value < below)) {
      const range = below === Infinity ? "a finite number of at least 0" : "a number from 0 to below 1";
      throw new UsageError(`${optimizer}: ${name}: expected ${range}, found ${String(value)}.`);
    }
  };
  check("learningRate", learningRate, Infinity);
  check("beta1", beta1, 1);
  check("beta2", beta2, 1);
  check("epsilon", epsilon, Infinity);
}
