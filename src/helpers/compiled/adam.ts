import * as tf from "../tf";
import { type NativeBackend, type OpAttribute, typeAttribute, variablesByName } from "./native";

/** The op name under which a recording holds one variable's Adam update; `graph.ts` writes it as TensorFlow's fused op. */
export const ADAM_UPDATE = "AdamUpdate";

/** What the recorder offers for writing one op down in place of several. */
export interface Recorder {
  /** Runs something without writing its ops down. */
  unrecorded(run: () => void): void;
  /** Writes an op down that made `outputs` of `inputs`. */
  note(type: string, attributes: OpAttribute[], inputs: tf.TensorInfo[], outputs: tf.TensorInfo[]): void;
}

type Gradients = Parameters<tf.AdamOptimizer["applyGradients"]>[0];

/**
 * Has tfjs's Adam recorded as one fused op for each variable, until the returned function is called. tfjs computes
 * an update in fourteen small ops, each of which passes over the whole weight.
 */
export function fuseAdam(backend: NativeBackend, recorder: Recorder): () => void {
  const original = tf.AdamOptimizer.prototype.applyGradients;
  tf.AdamOptimizer.prototype.applyGradients = function (this: tf.AdamOptimizer, gradients: Gradients): void {
    const updates = updatesOf(this, gradients);
    if (updates === undefined) return original.call(this, gradients);
    const [power1, power2] = [this["accBeta1"], this["accBeta2"]];
    tf.tidy(() => {
      const [rate, beta1, beta2] = [this["learningRate"], this["beta1"], this["beta2"]].map((value) =>
        tf.scalar(value),
      );
      // TensorFlow adds its epsilon before the bias correction, tfjs after it.
      const epsilon = tf.sqrt(tf.sub(1, power2)).mul(this["epsilon"]);
      const before = updates.map(({ value, first, second, gradient }) => ({
        slots: [value, first, second].map(describe),
        gradient,
      }));
      const powers = [power1, power2].map(describe);
      recorder.unrecorded(() => original.call(this, gradients));
      updates.forEach(({ value, first, second }, i) => {
        const { slots, gradient } = before[i];
        recorder.note(
          ADAM_UPDATE,
          [],
          [...slots, ...powers, rate, beta1, beta2, epsilon, gradient],
          [value, first, second],
        );
      });
      const float = [typeAttribute(backend, "T", "float32")];
      recorder.note("Mul", float, [powers[0], beta1], [power1]);
      recorder.note("Mul", float, [powers[1], beta2], [power2]);
    });
  };
  return () => void (tf.AdamOptimizer.prototype.applyGradients = original);
}

interface Update {
  readonly value: tf.Variable;
  readonly first: tf.Variable;
  readonly second: tf.Variable;
  readonly gradient: tf.Tensor;
}

/** The weights with their moments and gradients; `undefined` at the first step, which has yet to make the moments. */
function updatesOf(adam: tf.AdamOptimizer, gradients: Gradients): Update[] | undefined {
  const named = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
  const updates: Update[] = [];
  for (const [i, { name, tensor }] of named.entries()) {
    const first = adam["accumulatedFirstMoment"][i]?.variable;
    const second = adam["accumulatedSecondMoment"][i]?.variable;
    if (first === undefined || second === undefined) return undefined;
    // tfjs passes over a weight without a gradient.
    if (tensor != null) updates.push({ value: variablesByName()[name], first, second, gradient: tensor });
  }
  return updates;
}

/** A variable as it is now; the variable itself will have another value soon. */
function describe({ dataId, dtype, shape }: tf.Variable): tf.TensorInfo {
  return { dataId, dtype, shape };
}
