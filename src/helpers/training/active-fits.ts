import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import type * as tf from "../tf";

/** A call of `fit` that is in progress. */
export interface ActiveFit {
  /** A later call for the same model has asked this one to end at once. */
  superseded: boolean;
  /** Settles when the call has ended, whether it succeeded or not. */
  ended: Promise<unknown>;
}

const activeFits = sharedAcrossReloads("active-fits", () => new WeakMap<tf.LayersModel, ActiveFit>());

/**
 * Trains a model once no earlier call trains it any more: an earlier call, whose cell may have been interrupted, is
 * asked to end and waited for.
 */
export async function supersedeEarlierFit<Result>(
  model: tf.LayersModel,
  train: (fit: ActiveFit) => Promise<Result>,
): Promise<Result> {
  const earlier = activeFits.get(model);
  if (earlier !== undefined) earlier.superseded = true;
  const fit: ActiveFit = { superseded: false, ended: Promise.resolve() };
  const result = earlier === undefined ? train(fit) : earlier.ended.then(() => train(fit));
  fit.ended = result.catch(() => undefined);
  activeFits.set(model, fit);
  try {
    return await result;
  } finally {
    if (activeFits.get(model) === fit) activeFits.delete(model);
  }
}
