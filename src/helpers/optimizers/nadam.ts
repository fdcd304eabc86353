import * as tf from "../tf";
import { type Gradients, namedGradients } from "./gradients";
import { type AdamOptions, checkAdamOptions } from "./options";

/** A running mean of one weight's gradients, in the form that tfjs's own optimizers use. */
interface Slot {
  readonly originalName: string;
  readonly variable: tf.Variable;
}

/** The base by which the momentum's warm-up fades, as in Keras. */
const MOMENTUM_DECAY = 0.96;

/**
 * Adam with Nesterov momentum, like `keras.optimizers.Nadam`. It runs compiled.
 *
 * Source: Dozat, "Incorporating Nesterov momentum into Adam" (2015), with Keras's momentum schedule.
 *
 * @throws UsageError if an option is out of range
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * const optimizer = new Nadam({ learningRate: 0.001 });
 * model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
 */
export class Nadam extends tf.Optimizer {
  /** @ignore */
  static readonly className: string = "Nadam";
  /** Its methods do the same ops at every step, so the step can be a graph. @ignore */
  static readonly traceable = true;
  private readonly learningRate: number;
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly firstMoments: Slot[] = [];
  private readonly secondMoments: Slot[] = [];
  // Variables rather than numbers, so that a graph follows them.
  private readonly fading: tf.Variable;
  private readonly momentumProduct: tf.Variable;
  private readonly beta2Power: tf.Variable;

  constructor({ learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: AdamOptions = {}) {
    super();
    checkAdamOptions("Nadam", { learningRate, beta1, beta2, epsilon });
    this.learningRate = learningRate;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    const variable = (value: number) => tf.tidy(() => tf.scalar(value).variable(false));
    this.fading = variable(MOMENTUM_DECAY);
    this.momentumProduct = variable(1);
    this.beta2Power = variable(beta2);
  }

  /** @ignore */
  override applyGradients(gradients: Gradients): void {
    const named = namedGradients(gradients);
    const { beta1, beta2, epsilon, learningRate } = this;
    tf.tidy(() => {
      const momentum = tf.sub(1, this.fading.mul(0.5)).mul(beta1);
      const nextMomentum = tf.sub(1, this.fading.mul(0.5 * MOMENTUM_DECAY)).mul(beta1);
      const product = this.momentumProduct.mul(momentum);
      const ofMean = nextMomentum.div(tf.sub(1, product.mul(nextMomentum)));
      const ofGradient = tf.sub(1, momentum).div(tf.sub(1, product));
      const oneMinusPower = tf.sub(1, this.beta2Power);
      named.forEach(({ weight, gradient }, i) => {
        this.firstMoments[i] ??= slot(weight, "m");
        this.secondMoments[i] ??= slot(weight, "v");
        if (gradient === undefined) return;
        const { variable: first } = this.firstMoments[i];
        const { variable: second } = this.secondMoments[i];
        first.assign(first.mul(beta1).add(gradient.mul(1 - beta1)));
        second.assign(second.mul(beta2).add(gradient.square().mul(1 - beta2)));
        const mean = ofMean.mul(first).add(ofGradient.mul(gradient));
        const deviation = second.div(oneMinusPower).sqrt().add(epsilon);
        weight.assign(weight.add(mean.div(deviation).mul(-learningRate)));
      });
      this.momentumProduct.assign(product as tf.Scalar);
      this.fading.assign(this.fading.mul(MOMENTUM_DECAY));
      this.beta2Power.assign(this.beta2Power.mul(beta2));
    });
    this.incrementIterations();
  }

  /** @ignore */
  override dispose(): void {
    tf.dispose([this.fading, this.momentumProduct, this.beta2Power]);
    tf.dispose([...this.firstMoments, ...this.secondMoments].map(({ variable }) => variable));
  }

  /** @ignore */
  override getConfig(): tf.serialization.ConfigDict {
    const { learningRate, beta1, beta2, epsilon } = this;
    return { learningRate, beta1, beta2, epsilon };
  }

  /** @ignore */
  static override fromConfig<T extends tf.serialization.Serializable>(
    make: tf.serialization.SerializableConstructor<T>,
    config: tf.serialization.ConfigDict,
  ): T {
    return new make(config);
  }
}

function slot(weight: tf.Variable, name: string): Slot {
  return {
    originalName: `${weight.name}/${name}`,
    variable: tf.tidy(() => tf.zerosLike(weight as tf.Tensor).variable(false)),
  };
}

tf.serialization.registerClass(Nadam);
