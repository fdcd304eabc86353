import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";
import { type Gradients, namedGradients } from "./gradients";
import { type AdamOptions, checkAdamOptions } from "./options";

/** Options of {@link AdamW}; the defaults are Keras's. */
export interface AdamWOptions extends AdamOptions {
  /** The share of each weight, times the learning rate, that a step takes away; 0.004 by default. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay, like `keras.optimizers.AdamW`: each step first takes `learningRate · weightDecay`
 * of every weight away, then does what Adam does. It runs compiled.
 *
 * Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
 *
 * @throws UsageError if an option is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const optimizer = new AdamW({ learningRate: 0.001, weightDecay: 0.01 });
 * model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
 */
export class AdamW extends tf.AdamOptimizer {
  /** @ignore */
  static override readonly className: string = "AdamW";
  /** Its methods do the same ops at every step, so the step can be a graph. @ignore */
  static readonly traceable = true;
  private readonly weightDecay: number;

  constructor({
    learningRate = 0.001,
    weightDecay = 0.004,
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-7,
  }: AdamWOptions = {}) {
    checkAdamOptions("AdamW", { learningRate, beta1, beta2, epsilon });
    if (!(weightDecay >= 0 && weightDecay < Infinity)) {
      throw new UsageError(`AdamW: weightDecay: expected a finite number of at least 0, found ${String(weightDecay)}.`);
    }
    super(learningRate, beta1, beta2, epsilon);
    this.weightDecay = weightDecay;
  }

  /** @ignore */
  override applyGradients(gradients: Gradients): void {
    tf.tidy(() => {
      const share = this.learningRate * this.weightDecay;
      for (const { weight, gradient } of namedGradients(gradients))
        if (gradient !== undefined) weight.assign(weight.sub(weight.mul(share)));
    });
    super.applyGradients(gradients as Parameters<tf.AdamOptimizer["applyGradients"]>[0]);
  }

  /** @ignore */
  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), weightDecay: this.weightDecay };
  }

  /** @ignore */
  static override fromConfig<T extends tf.serialization.Serializable>(
    make: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new make(config);
  }
}

tf.serialization.registerClass(AdamW);
