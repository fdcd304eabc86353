import * as tf from "../tf";
import { type NativeBackend, type OpAttribute, typeAttribute, variablesByName } from "./native";

/** The op type of one variable's Adam update in a trace; `graph.ts` writes it as TensorFlow's fused op. */
export const ADAM_UPDATE = "AdamUpdate";

/** What the tracer offers for writing one op in place of several. */
export interface OpTracer {
  /** Does some work without tracing its ops. */
  untraced(work: () => void): void;
  /** Adds an op that made `outputs` from `inputs`. */
  add(type: string, attributes: OpAttribute[], inputs: tf.TensorInfo[], outputs: tf.TensorInfo[]): void;
}

type Gradients = Parameters<tf.AdamOptimizer["applyGradients"]>[0];

/**
 * Until the returned function is called, tfjs's Adam is traced as one fused op per variable. tfjs computes an update in
 * fourteen small ops, each of which passes over the whole weight.
 */
export function fuseAdam(backend: NativeBackend, tracer: OpTracer): () => void {
  const original = tf.AdamOptimizer.prototype.applyGradients;
  tf.AdamOptimizer.prototype.applyGradients = function (this: tf.AdamOptimizer, gradients: Gradients): void {
    const updates = updatesOf(this, gradients);
    if (updates === undefined) return original.call(this, gradients);
    const [power1, power2] = [this["accBeta1"], this["accBeta2"]] as tf.Variable[];
    tf.tidy(() => {
      const [rate, beta1, beta2] = [this["learningRate"], this["beta1"], this["beta2"]].map((value) =>
        tf.scalar(value),
      );
      // TensorFlow adds its epsilon before the bias correction, tfjs after it.
      const epsilon = tf.sqrt(tf.sub(1, power2)).mul(this["epsilon"]);
      const before = updates.map(({ value, first, second, gradient }) => ({
        slots: [value, first, second].map(snapshot),
        gradient,
      }));
      const powers = [power1, power2].map(snapshot);
      tracer.untraced(() => original.call(this, gradients));
      updates.forEach(({ value, first, second }, i) => {
        const { slots, gradient } = before[i];
        tracer.add(
          ADAM_UPDATE,
          [],
          [...slots, ...powers, rate, beta1, beta2, epsilon, gradient],
          [value, first, second],
        );
      });
      const float = [typeAttribute(backend, "T", "float32")];
      tracer.add("Mul", float, [powers[0], beta1], [power1]);
      tracer.add("Mul", float, [powers[1], beta2], [power2]);
    });
  };
  return () => void (tf.AdamOptimizer.prototype.applyGradients = original);
}

/** One of Adam's two moments, for each weight; a weight that hasn't had a gradient yet has none. */
type Moments = readonly ({ readonly variable: tf.Variable } | undefined)[];

interface Update {
  readonly value: tf.Variable;
  readonly first: tf.Variable;
  readonly second: tf.Variable;
  readonly gradient: tf.Tensor;
}

/** The weights with their moments and gradients; `undefined` at the first step, which makes the moments. */
function updatesOf(adam: tf.AdamOptimizer, gradients: Gradients): Update[] | undefined {
  const named = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
  const updates: Update[] = [];
  const firstMoments = adam["accumulatedFirstMoment"] as Moments;
  const secondMoments = adam["accumulatedSecondMoment"] as Moments;
  for (const [i, { name, tensor }] of named.entries()) {
    const first = firstMoments[i]?.variable;
    const second = secondMoments[i]?.variable;
    if (first === undefined || second === undefined) return undefined;
    // tfjs skips a weight without a gradient.
    if (tensor != null) updates.push({ value: variablesByName()[name], first, second, gradient: tensor });
  }
  return updates;
}

/** A variable's current data; the variable itself is about to get another value. */
function snapshot({ dataId, dtype, shape }: tf.Variable): tf.TensorInfo {
  return { dataId, dtype, shape };
}
