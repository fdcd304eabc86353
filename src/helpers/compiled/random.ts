import type * as TensorFlowCore from "@tensorflow/tfjs-core";
import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import * as tf from "../tf";
import { type NativeBackend, typeAttribute } from "./native";

type Shape = tf.Rank extends infer R ? (R extends tf.Rank ? tf.ShapeMap[R] : never) : never;

/** The object that tfjs-layers itself calls; an import would be a read-only copy. */
export const core = require("@tensorflow/tfjs-core") as typeof TensorFlowCore;

/** tfjs's own functions that draw random numbers for layers. */
export const tfjsDraws = sharedAcrossReloads("tfjs-draws", () => ({
  randomUniform: core.randomUniform,
  randomNormal: core.randomNormal,
  randomStandardNormal: core.randomStandardNormal,
  truncatedNormal: core.truncatedNormal,
  dropout: core.dropout,
}));

/** Draws float numbers with an op of TensorFlow's. */
type Draw = (distribution: "uniform" | "normal" | "truncated normal", shape: number[]) => tf.Tensor;

/**
 * Until the returned function is called, TensorFlow draws the random numbers instead of JavaScript.
 *
 * tfjs draws in JavaScript and passes the finished numbers on; a trace would hold them as constants, the same dropout
 * mask forever. A random op in the graph draws new numbers in every run. Draws with a seed are left alone: for those
 * tfjs gives the same numbers at every call, so a constant is right.
 */
export function drawInGraph(backend: NativeBackend): () => void {
  const ops = { uniform: "RandomUniform", normal: "RandomStandardNormal", "truncated normal": "TruncatedNormal" };
  const before = { ...core };
  Object.assign(
    core,
    drawingWith((distribution, shape) => {
      const attributes = [typeAttribute(backend, "dtype", "float32"), typeAttribute(backend, "T", "int32")];
      return backend.executeSingleOutput(ops[distribution], attributes, [tf.tensor1d(shape, "int32")]);
    }),
  );
  return () => {
    for (const name of Object.keys(tfjsDraws) as (keyof typeof tfjsDraws)[])
      Object.assign(core, { [name]: before[name] });
  };
}

/** tfjs's functions, with draws of TensorFlow's where there is no seed. */
export function drawingWith(draw: Draw): object {
  const scaled = (distribution: Parameters<Draw>[0], shape: number[], scale: number, offset: number): tf.Tensor =>
    tf.tidy(() => draw(distribution, shape).mul(scale).add(offset));

  const drawing = {
    randomUniform(shape: number[], minimum = 0, maximum = 1, dtype: tf.DataType = "float32", seed?: number | string) {
      if (seed != null || dtype !== "float32")
        return tfjsDraws.randomUniform(shape as Shape, minimum, maximum, dtype as "float32", seed);
      return scaled("uniform", shape, maximum - minimum, minimum);
    },
    randomNormal(shape: number[], mean = 0, deviation = 1, dtype?: "float32" | "int32", seed?: number) {
      if (seed != null || dtype === "int32")
        return tfjsDraws.randomNormal(shape as Shape, mean, deviation, dtype, seed);
      return scaled("normal", shape, deviation, mean);
    },
    randomStandardNormal(shape: number[], dtype?: "float32" | "int32", seed?: number) {
      return drawing.randomNormal(shape, 0, 1, dtype, seed);
    },
    truncatedNormal(shape: number[], mean = 0, deviation = 1, dtype?: "float32" | "int32", seed?: number) {
      if (seed != null || dtype === "int32")
        return tfjsDraws.truncatedNormal(shape as Shape, mean, deviation, dtype, seed);
      return scaled("truncated normal", shape, deviation, mean);
    },
    // tfjs's dropout calls its own randomUniform, which can't be replaced from outside, so here is its formula again.
    dropout(x: tf.TensorLike | tf.Tensor, rate: number, noiseShape?: number[], seed?: number | string) {
      if (seed != null || !(rate > 0 && rate < 1) || !(x instanceof tf.Tensor))
        return tfjsDraws.dropout(x, rate, noiseShape, seed);
      const shape = x.shape.map((size, axis) => noiseShape?.[axis] ?? size);
      return tf.tidy(() =>
        x.mul(
          draw("uniform", shape)
            .add(1 - rate)
            .floor()
            .div(1 - rate),
        ),
      );
    },
  };
  return drawing;
}
