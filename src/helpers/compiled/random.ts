import type * as TensorFlowCore from "@tensorflow/tfjs-core";
import * as tf from "../tf";
import { type NativeBackend, typeAttribute } from "./native";

type Shape = tf.Rank extends infer R ? (R extends tf.Rank ? tf.ShapeMap[R] : never) : never;

/**
 * Until the returned function is called, TensorFlow draws the random numbers instead of JavaScript.
 *
 * tfjs draws in JavaScript and passes the finished numbers on; a trace would hold them as constants, the same dropout
 * mask forever. A random op in the graph draws new numbers in every run. Draws with a seed are left alone: for those
 * tfjs gives the same numbers at every call, so a constant is right.
 */
export function drawInGraph(backend: NativeBackend): () => void {
  // The object that tfjs-layers itself calls; an import would be a read-only copy.
  const exports = require("@tensorflow/tfjs-core") as typeof TensorFlowCore;
  const original = {
    randomUniform: exports.randomUniform,
    randomNormal: exports.randomNormal,
    randomStandardNormal: exports.randomStandardNormal,
    truncatedNormal: exports.truncatedNormal,
    dropout: exports.dropout,
  };

  const draw = (op: string, shape: number[]): tf.Tensor => {
    const shapeTensor = tf.tensor1d(shape, "int32");
    const attributes = [typeAttribute(backend, "dtype", "float32"), typeAttribute(backend, "T", "int32")];
    return backend.executeSingleOutput(op, attributes, [shapeTensor]);
  };
  const scaled = (op: string, shape: number[], scale: number, offset: number): tf.Tensor =>
    tf.tidy(() => draw(op, shape).mul(scale).add(offset));

  const patched = {
    randomUniform(shape: number[], minimum = 0, maximum = 1, dtype: tf.DataType = "float32", seed?: number | string) {
      if (seed != null || dtype !== "float32")
        return original.randomUniform(shape as Shape, minimum, maximum, dtype as "float32", seed);
      return scaled("RandomUniform", shape, maximum - minimum, minimum);
    },
    randomNormal(shape: number[], mean = 0, deviation = 1, dtype?: "float32" | "int32", seed?: number) {
      if (seed != null || dtype === "int32") return original.randomNormal(shape as Shape, mean, deviation, dtype, seed);
      return scaled("RandomStandardNormal", shape, deviation, mean);
    },
    randomStandardNormal(shape: number[], dtype?: "float32" | "int32", seed?: number) {
      return patched.randomNormal(shape, 0, 1, dtype, seed);
    },
    truncatedNormal(shape: number[], mean = 0, deviation = 1, dtype?: "float32" | "int32", seed?: number) {
      if (seed != null || dtype === "int32")
        return original.truncatedNormal(shape as Shape, mean, deviation, dtype, seed);
      return scaled("TruncatedNormal", shape, deviation, mean);
    },
    // tfjs's dropout calls its own randomUniform, which can't be replaced from outside, so here is its formula again.
    dropout(x: tf.TensorLike | tf.Tensor, rate: number, noiseShape?: number[], seed?: number | string) {
      if (seed != null || !(rate > 0 && rate < 1) || !(x instanceof tf.Tensor))
        return original.dropout(x, rate, noiseShape, seed);
      const shape = x.shape.map((size, axis) => noiseShape?.[axis] ?? size);
      return tf.tidy(() =>
        x.mul(
          draw("RandomUniform", shape)
            .add(1 - rate)
            .floor()
            .div(1 - rate),
        ),
      );
    },
  };
  Object.assign(exports, patched);
  return () => void Object.assign(exports, original);
}
