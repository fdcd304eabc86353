import assert from "node:assert/strict";
import { describe, test } from "vitest";
import { CompiledModel, compiled } from "../../../src/helpers/compiled";
import { nativeBackend } from "../../../src/helpers/compiled/native";
import { poolSmallPictures, rectifyPooledGradients } from "../../../src/helpers/compiled/pooling";
import { type Trace, trace } from "../../../src/helpers/compiled/trace";
import * as tf from "../../../src/helpers/tf";
import { needs } from "../../needs";
import { TOLERANCE, assertSameTraining, imageBatches } from "./agreement";

const skip = tf.getBackend() === "tensorflow" ? false : "graphs need native TensorFlow";
const SHAPE = [9, 9, 2];
const batches = imageBatches({ size: 8, shape: SHAPE, classes: 3, target: "one-hot" });

type Layers = (input: tf.SymbolicTensor) => tf.SymbolicTensor;

const conv = (activation?: "relu") =>
  tf.layers.conv2d({
    filters: 4,
    kernelSize: 3,
    padding: "same",
    activation,
    kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
  });
const apply = (layer: tf.layers.Layer, to: tf.SymbolicTensor | tf.SymbolicTensor[]) =>
  layer.apply(to) as tf.SymbolicTensor;

function modelOf(layers: Layers): tf.LayersModel {
  const input = tf.input({ shape: SHAPE });
  const dense = tf.layers.dense({
    units: 3,
    activation: "softmax",
    kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }),
  });
  const model = tf.model({ inputs: input, outputs: apply(dense, apply(tf.layers.flatten(), layers(input))) });
  model.compile({ optimizer: tf.train.momentum(0.02, 0.9), loss: "categoricalCrossentropy" });
  return model;
}

/** The trace of one training step of a model. */
function traceStep(layers: Layers): Trace {
  const model = modelOf(layers) as tf.LayersModel & { makeTrainFunction(): (data: tf.Tensor[]) => tf.Tensor[] };
  const { x, y } = batches(0);
  const [traced, results] = trace(nativeBackend()!, [x, y], () => tf.tidy(() => model.makeTrainFunction()([x, y])));
  tf.dispose(results);
  return traced;
}

const POOLINGS = {
  "windows side by side": { poolSize: 2, strides: 2, padding: "same" },
  "windows that overlap": { poolSize: 3, strides: 2, padding: "same" },
  "windows that skip an edge": { poolSize: 2, strides: 2, padding: "valid" },
  "windows with gaps": { poolSize: 2, strides: 3, padding: "valid" },
} as const;

describe("swapped gradients of relu and max pooling", needs(skip), () => {
  for (const [name, pooling] of Object.entries(POOLINGS)) {
    test(`train alike: ${name}`, () =>
      assertSameTraining(
        () => modelOf((input) => apply(tf.layers.maxPooling2d(pooling), apply(conv("relu"), input))),
        batches,
      ));
  }

  test("train alike when whole windows are negative, zero or tied", () => {
    const flat = (step: number) => ({
      ...batches(step),
      x: tf.tidy(() => batches(step).x.greater(1).toFloat().sub(0.5)),
    });
    return assertSameTraining(
      () => modelOf((input) => apply(tf.layers.maxPooling2d({ poolSize: 2 }), apply(tf.layers.reLU(), input))),
      flat,
    );
  });

  // What TensorFlow makes of a window of nothing but NaN depends on the processor: NaN, or the lowest number.
  test("show in the loss that all inputs are NaN, as tfjs does", async () => {
    const layers: Layers = (input) => apply(tf.layers.maxPooling2d({ poolSize: 2 }), apply(conv("relu"), input));
    const [expected, found] = [modelOf(layers), modelOf(layers)];
    const losses = async (x: tf.Tensor) => [
      await expected.trainOnBatch(x, batches(0).y),
      CompiledModel.of(found).trainOnBatch(x, batches(0).y).loss,
    ];
    for (let step = 0; step < 4; step++) await losses(batches(step).x);
    for (const x of [tf.fill([8, ...SHAPE], NaN), batches(0).x, batches(1).x]) {
      const [byTfjs, loss] = (await losses(x)) as number[];
      assert.ok(Object.is(loss, byTfjs) || Math.abs(loss - byTfjs) <= TOLERANCE * byTfjs, `${loss} against ${byTfjs}`);
    }
  });

  test("pass only over pictures of the pooled size", () => {
    const traced = traceStep((input) =>
      apply(tf.layers.maxPooling2d({ poolSize: 3, strides: 3 }), apply(conv("relu"), input)),
    );
    const replaced = rectifyPooledGradients(traced);
    const ops = traced.ops.flatMap((op) => replaced.get(op) ?? [op]);
    for (const type of ["ReluGrad", "Sum"]) {
      const pictures = ops.filter((op) => op.type === type && op.inputs[0].shape.length === 4);
      assert.deepEqual(
        pictures.map(({ inputs }) => inputs[0].shape),
        [[8, 3, 3, 4]],
        type,
      );
    }
  });

  test("are left alone when relu has other gradients to pass on", async () => {
    const layers: Layers = (input) => {
      const rectified = apply(conv("relu"), input);
      const pooled = [
        tf.layers.maxPooling2d({ poolSize: 3, strides: 3 }),
        tf.layers.averagePooling2d({ poolSize: 3, strides: 3 }),
      ];
      return apply(
        tf.layers.concatenate(),
        pooled.map((layer) => apply(layer, rectified)),
      );
    };
    assert.equal(rectifyPooledGradients(traceStep(layers)).size, 0);
    await assertSameTraining(() => modelOf(layers), batches);
  });
});

describe("max pooling of small pictures", needs(skip), () => {
  /** Random numbers, and among them windows of nothing but NaN, of some NaN, and of minus infinity. */
  const picture = (): tf.Tensor4D => {
    const values = tf.randomNormal<tf.Rank.R4>([2, 9, 9, 3], 0, 1, "float32", 3).dataSync();
    values.fill(NaN, 0, 90).fill(-Infinity, 120, 200);
    for (let i = 200; i < values.length; i += 7) values[i] = NaN;
    return tf.tensor4d(values, [2, 9, 9, 3]);
  };

  // oneDNN's maximum of nothing but NaN depends on the processor: NaN, or the lowest number.
  const numbers = (tensor: tf.Tensor) => tensor.dataSync().map((value) => (value < -3.4e38 ? NaN : value));

  for (const [name, { poolSize, strides, padding }] of Object.entries(POOLINGS)) {
    test(`gives tfjs's numbers: ${name}`, () => {
      const x = picture();
      const pool = (input: tf.Tensor4D) => tf.maxPool(input, poolSize, strides, padding);
      const graph = compiled(pool);
      const expected = numbers(pool(x));
      for (let call = 0; call < 4; call++) assert.deepEqual(numbers(graph(x)), expected);
      assert.equal(graph.fallbackReason, undefined);
      graph.dispose();
    });
  }

  const opsReplaced = (count: number, run: (x: tf.Tensor4D) => tf.Tensor) => {
    const x = tf.ones<tf.Rank.R4>([count, 28, 28, 16]);
    const [traced, results] = trace(nativeBackend()!, [x], () => tf.tidy(() => [run(x)]));
    tf.dispose([x, ...results]);
    return [...poolSmallPictures(nativeBackend()!, traced).keys()].map(({ type }) => type);
  };
  const pool = (x: tf.Tensor4D) => tf.maxPool(x, 2, 2, "valid");

  test("is TensorFlow's own op; that of large ones, and of those with a gradient, is oneDNN's", () => {
    assert.deepEqual(opsReplaced(1, pool), ["MaxPool"]);
    assert.deepEqual(opsReplaced(100, pool), []);
    assert.deepEqual(opsReplaced(1, tf.grad(pool as (x: tf.Tensor) => tf.Tensor) as typeof pool), []);
  });
});
