import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";
import { describe } from "../tf/checks";
import { GraphFunction } from "./graph-function";

/** What a compiled function may return: a tensor, an array of tensors, or tensors by name. */
export type TensorResult = tf.Tensor | tf.Tensor[] | { readonly [name: string]: tf.Tensor };

/** A function that runs as one TensorFlow graph. */
export interface Compiled<Inputs extends tf.Tensor[], Result extends TensorResult> {
  /** The caller owns the returned tensors. */
  (...inputs: Inputs): Result;
  /** Why it runs op by op, as written; `undefined` while nothing prevents a graph. */
  readonly fallbackReason: string | undefined;
  /** Unloads the graphs; a later call traces the function again. */
  dispose(): void;
}

/**
 * Turns a function of tensors into one TensorFlow graph: `tf.function` for TypeScript. The first call runs as written
 * and is traced, the second is traced again to see what changes, every later one runs the graph. Variables that the
 * function reads or assigns are followed, and so are optimizers (`optimizer.minimize`) with their learning rates.
 *
 * As in Python, other numbers and conditions of JavaScript keep the values they had while the function was traced: what
 * should change from call to call belongs in a tensor argument or a `tf.variable`.
 *
 * @see notebooks/13-compiled-training.ipynb
 * @example
 * const optimizer = tf.train.sgd(0.1);
 * const weight = tf.variable(tf.scalar(0));
 * const loss = (x: tf.Tensor, y: tf.Tensor) => x.mul(weight).sub(y).square().mean<tf.Scalar>();
 * const step = compiled((x: tf.Tensor, y: tf.Tensor) => optimizer.minimize(() => loss(x, y), true)!);
 * for (let i = 0; i < 100; i++) step(tf.tensor1d([1, 2]), tf.tensor1d([3, 6])).dispose(); // weight goes to 3
 *
 * @param run Takes tensors, returns tensors of always the same structure, updates variables, has no other effect.
 * @throws UsageError if `run` returns something else, as an async function does
 */
export function compiled<Inputs extends tf.Tensor[], Result extends TensorResult>(
  run: (...inputs: Inputs) => Result,
): Compiled<Inputs, Result> {
  if (typeof run !== "function") {
    throw new UsageError(
      `compiled: expected a function of tensors, found ${describe(run)}. Pass one, such as (x) => x.square().`,
    );
  }
  let pack: (tensors: tf.Tensor[]) => TensorResult = ([tensor]) => tensor;
  const graph = new GraphFunction((inputs) => {
    const unpacked = unpack(run(...(inputs as Inputs)));
    pack = unpacked.pack;
    return unpacked.tensors;
  });
  const call = (...inputs: Inputs): Result => {
    const outputs = graph.call(inputs);
    return pack(outputs) as Result;
  };
  return Object.defineProperty(Object.assign(call, { dispose: () => graph.dispose() }), "fallbackReason", {
    get: () => graph.fallbackReason,
  }) as Compiled<Inputs, Result>;
}

/** A result's tensors, and what puts others in their place. */
function unpack(result: TensorResult): { tensors: tf.Tensor[]; pack: (tensors: tf.Tensor[]) => TensorResult } {
  if (result instanceof tf.Tensor) return { tensors: [result], pack: ([tensor]) => tensor };
  const names = result !== null && typeof result === "object" && !("then" in result) ? Object.keys(result) : [];
  const tensors = Object.values(names.length > 0 ? result : {});
  if (tensors.length === 0 || !tensors.every((tensor) => tensor instanceof tf.Tensor)) {
    throw new UsageError(
      "compiled: expected the function to return a tensor, or an array or object of tensors, found something else. " +
        "An async function can't be compiled.",
    );
  }
  return {
    tensors,
    pack: Array.isArray(result)
      ? (outputs) => outputs
      : (outputs) => Object.fromEntries(names.map((name, i) => [name, outputs[i]])),
  };
}
