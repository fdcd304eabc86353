import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";

/** The learning rate of each step, counted from 0. */
export type Schedule = (step: number) => number;

/** Options of {@link cosineDecay}; the defaults are Keras's. */
export interface CosineDecayOptions {
  /** The rate of the first step; with a warm-up, the rate from which it starts. */
  readonly initialLearningRate: number;
  /** After how many steps, the warm-up's not counted, the rate has reached its end. */
  readonly decaySteps: number;
  /** The rate at the end, as a share of the highest rate; 0 by default. */
  readonly alpha?: number;
  /** The rate at the end of the warm-up. */
  readonly warmupTarget?: number;
  /** How many steps the rate rises to `warmupTarget`; 0 by default. */
  readonly warmupSteps?: number;
}

/**
 * A learning rate that falls along half a cosine, perhaps after rising on a line, like
 * `keras.optimizers.schedules.CosineDecay`. Pass it to `new LearningRateScheduler(schedule, { by: "step" })`.
 *
 * @throws UsageError if a number is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const schedule = cosineDecay({ initialLearningRate: 0.01, decaySteps: 100 });
 * schedule(0) // 0.01
 * schedule(50) // 0.005
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const { initialLearningRate, decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
  checkRate("cosineDecay: initialLearningRate", initialLearningRate);
  checkWholeNumber("cosineDecay: decaySteps", decaySteps, 1);
  checkRate("cosineDecay: alpha", alpha);
  checkWholeNumber("cosineDecay: warmupSteps", warmupSteps, 0);
  if (warmupTarget !== undefined) checkRate("cosineDecay: warmupTarget", warmupTarget);
  const highest = warmupTarget ?? initialLearningRate;
  const risingSteps = warmupTarget === undefined ? 0 : warmupSteps;
  return (step) => {
    if (step < risingSteps) return initialLearningRate + ((highest - initialLearningRate) * step) / risingSteps;
    const share = Math.min(step - risingSteps, decaySteps) / decaySteps;
    return highest * (alpha + (1 - alpha) * halfCosine(share));
  };
}

/** Options of {@link oneCycle}; the defaults are PyTorch's. */
export interface OneCycleOptions {
  readonly maxLearningRate: number;
  /** All steps of the training: epochs times batches. */
  readonly totalSteps: number;
  /** The share of the steps in which the rate rises; 0.3 by default. */
  readonly pctStart?: number;
  /** The first rate is the highest divided by this; 25 by default. */
  readonly divFactor?: number;
  /** The last rate is the first divided by this; 10,000 by default. */
  readonly finalDivFactor?: number;
}

/**
 * A learning rate that rises from a twenty-fifth of its highest value to it, then falls to nearly nothing, both along
 * half a cosine, like PyTorch's `OneCycleLR`; Keras has none. Pass it to
 * `new LearningRateScheduler(schedule, { by: "step" })`.
 *
 * Source: Smith and Topin, "Super-convergence" (2018), in PyTorch's form with two phases.
 *
 * @throws UsageError if a number is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const schedule = oneCycle({ maxLearningRate: 0.01, totalSteps: 100 });
 * schedule(0) // 0.0004
 * schedule(29) // 0.01
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const { maxLearningRate, totalSteps, pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4 } = options;
  checkRate("oneCycle: maxLearningRate", maxLearningRate);
  checkWholeNumber("oneCycle: totalSteps", totalSteps, 2);
  for (const [name, value] of Object.entries({ divFactor, finalDivFactor })) {
    if (!(value > 0 && value < Infinity))
      throw new UsageError(`oneCycle: ${name}: expected a finite number above 0, found ${String(value)}.`);
  }
  if (!(pctStart >= 0 && pctStart <= 1))
    throw new UsageError(`oneCycle: pctStart: expected a number from 0 to 1, found ${String(pctStart)}.`);
  const first = maxLearningRate / divFactor;
  const last = first / finalDivFactor;
  const top = Math.max(pctStart * totalSteps - 1, 0);
  const end = totalSteps - 1;
  return (step) => {
    if (step < top) return maxLearningRate + (first - maxLearningRate) * halfCosine(step / top);
    const share = top === end ? 1 : (Math.min(step, end) - top) / (end - top);
    return last + (maxLearningRate - last) * halfCosine(share);
  };
}

/** From 1 at 0 to 0 at 1. */
function halfCosine(share: number): number {
  return 0.5 * (1 + Math.cos(Math.PI * share));
}

function checkRate(name: string, value: number): void {
  if (!(value >= 0 && value < Infinity))
    throw new UsageError(`${name}: expected a finite number of at least 0, found ${String(value)}.`);
}
