import * as tf from "../tf";
import { GraphFunction } from "./graph-function";

/** What a compiled function may return: a tensor, several in a row, or several by name. */
export type TensorResult = tf.Tensor | tf.Tensor[] | { readonly [name: string]: tf.Tensor };

/** A function that runs as one TensorFlow graph. */
export interface Compiled<Inputs extends tf.Tensor[], Result extends TensorResult> {
  /** The caller owns the tensors that come back. */
  (...inputs: Inputs): Result;
  /** Why it runs op by op, as written; `undefined` while nothing stands in the way of a graph. */
  readonly obstacle: string | undefined;
  /** Unloads the graphs; a later call records anew. */
  dispose(): void;
}

/**
 * Makes one TensorFlow graph of a function of tensors: `tf.function` for TypeScript. The first call runs as written and
 * is recorded, the second is recorded again to see what changes, every later one runs the graph. Variables that the
 * function reads or assigns are followed, and so are optimizers (`optimizer.minimize`) with their learning rates.
 *
 * Other numbers and conditions of JavaScript are taken as they were when it was recorded: what is to change from
 * call to call belongs in a tensor argument or a `tf.variable`.
 *
 * @example
 * const step = compiled((x: tf.Tensor, y: tf.Tensor) => optimizer.minimize(() => loss(y, net(x)), true)!);
 * for (const [x, y] of batches) step(x, y).dispose();
 *
 * @param run Takes tensors, returns tensors of always the same structure, updates variables, has no other effect.
 * @throws TypeError when `run` returns something else, as an async function does.
 */
export function compiled<Inputs extends tf.Tensor[], Result extends TensorResult>(
  run: (...inputs: Inputs) => Result,
): Compiled<Inputs, Result> {
  let pack: (tensors: tf.Tensor[]) => TensorResult = ([tensor]) => tensor;
  const graph = new GraphFunction((inputs) => {
    const result: TensorResult = run(...(inputs as Inputs));
    if (result instanceof tf.Tensor) {
      pack = ([tensor]) => tensor;
      return [result];
    }
    const names = result !== null && typeof result === "object" && !("then" in result) ? Object.keys(result) : [];
    const tensors = Object.values(names.length > 0 ? result : {});
    if (tensors.length === 0 || !tensors.every((tensor) => tensor instanceof tf.Tensor)) {
      throw new TypeError(
        "Expected the compiled function to return a tensor, or an array or object of tensors; found something else. An async function cannot be compiled.",
      );
    }
    pack = Array.isArray(result)
      ? (outputs) => outputs
      : (outputs) => Object.fromEntries(names.map((name, i) => [name, outputs[i]]));
    return tensors;
  });
  const call = (...inputs: Inputs): Result => {
    const outputs = graph.call(inputs);
    return pack(outputs) as Result;
  };
  return Object.defineProperty(Object.assign(call, { dispose: () => graph.dispose() }), "obstacle", {
    get: () => graph.obstacle,
  }) as Compiled<Inputs, Result>;
}
