import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import { describe, test } from "vitest";
import { CompiledModel, compiled } from "../../../src/helpers/compiled";
import { openSessionCount } from "../../../src/helpers/compiled/graph-session";
import * as tf from "../../../src/helpers/tf";
import { needs } from "../../needs";
import { STEPS, TOLERANCE, imageBatches, relativeDistance } from "./agreement";

const skip = tf.getBackend() === "tensorflow" ? false : "graphs need native TensorFlow";
const batches = imageBatches({ size: 8, shape: [6, 6, 1], classes: 3, target: "one-hot" });
/** Calls until the graph runs: the optimizer makes its variables, then two traces. */
const WARM_UP = 4;

interface Options {
  readonly optimizer?: tf.Optimizer;
  readonly extra?: tf.layers.Layer[];
}

function build({ optimizer = tf.train.adam(0.01), extra = [] }: Options = {}): tf.LayersModel {
  const model = tf.sequential();
  model.add(
    tf.layers.conv2d({
      inputShape: [6, 6, 1],
      filters: 3,
      kernelSize: 3,
      activation: "relu",
      kernelInitializer: tf.initializers.glorotUniform({ seed: 1 }),
    }),
  );
  for (const layer of extra) model.add(layer);
  model.add(tf.layers.flatten());
  model.add(
    tf.layers.dense({ units: 3, activation: "softmax", kernelInitializer: tf.initializers.glorotUniform({ seed: 2 }) }),
  );
  model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

function train(model: tf.LayersModel, steps: number, from = 0): Record<string, number> {
  let logs: Record<string, number> = {};
  for (let step = from; step < from + steps; step++)
    logs = CompiledModel.of(model).trainOnBatch(batches(step).x, batches(step).y);
  return logs;
}

async function trainByTfjs(model: tf.LayersModel, steps: number, from = 0): Promise<void> {
  for (let step = from; step < from + steps; step++) await model.trainOnBatch(batches(step).x, batches(step).y);
}

function assertSameWeights(expected: tf.LayersModel, found: tf.LayersModel): void {
  const weights = found.getWeights();
  expected.getWeights().forEach((weight, i) => {
    const distance = relativeDistance(weight, weights[i]);
    assert.ok(distance <= TOLERANCE, `weight ${i} is off by ${distance.toExponential(1)}`);
  });
}

describe("a compiled training step", needs(skip), () => {
  test("runs one graph from the fourth batch on", () => {
    const model = build();
    const before = openSessionCount();
    train(model, WARM_UP);
    assert.equal(openSessionCount(), before + 1);
    assert.equal(CompiledModel.of(model).fallbackReason, undefined);
    model.dispose();
    assert.equal(openSessionCount(), before, "model.dispose() unloads the graph");
  });

  test("follows the learning rate, however it is set", async () => {
    for (const [optimizers, set] of [
      [
        [tf.train.adam(0.01), tf.train.adam(0.01)],
        (o: tf.Optimizer, rate: number) => void ((o as unknown as { learningRate: number }).learningRate = rate),
      ],
      [
        [tf.train.sgd(0.01), tf.train.sgd(0.01)],
        (o: tf.Optimizer, rate: number) => (o as tf.SGDOptimizer).setLearningRate(rate),
      ],
    ] as const) {
      const [expected, found] = [build({ optimizer: optimizers[0] }), build({ optimizer: optimizers[1] })];
      for (let step = 0; step < STEPS; step++) {
        for (const optimizer of optimizers) set(optimizer, 0.02 / (step + 1));
        await trainByTfjs(expected, 1, step);
        train(found, 1, step);
      }
      assertSameWeights(expected, found);
      assert.equal(CompiledModel.of(found).fallbackReason, undefined);
    }
  });

  test("leaves correct weights after every step, and uses weights that were set in between", async () => {
    const [expected, found] = [build(), build()];
    await trainByTfjs(expected, 6);
    train(found, 6);
    assertSameWeights(expected, found);
    const prediction = (model: tf.LayersModel) => model.predict(batches(0).x) as tf.Tensor;
    assert.ok(relativeDistance(prediction(expected), prediction(found)) <= TOLERANCE);
    const doubled = expected.getWeights().map((weight) => weight.mul(2));
    for (const model of [expected, found]) model.setWeights(doubled);
    await trainByTfjs(expected, 6, 6);
    train(found, 6, 6);
    assertSameWeights(expected, found);
    assert.equal(CompiledModel.of(found).fallbackReason, undefined);
  });

  test("keeps models separate that were given the same weights", async () => {
    const [expected, found, bystander] = [build(), build(), build()];
    for (const model of [expected, bystander]) model.setWeights(found.getWeights());
    const weights = bystander.getWeights().map((weight) => [...weight.dataSync()]);
    await trainByTfjs(expected, 8);
    train(found, 8);
    assert.equal(CompiledModel.of(found).fallbackReason, undefined);
    assertSameWeights(expected, found);
    assert.deepEqual(
      bystander.getWeights().map((weight) => [...weight.dataSync()]),
      weights,
    );
  });

  test("doesn't change tensors that a caller read earlier", () => {
    const model = build();
    train(model, WARM_UP);
    const copy = model.getWeights()[0].clone();
    const values = [...copy.dataSync()];
    train(model, 2);
    assert.deepEqual([...copy.dataSync()], values);
    assert.notDeepEqual([...model.getWeights()[0].dataSync()], values);
  });

  test("continues with an optimizer whose state was set, and counts its iterations", async () => {
    const [expected, found] = [build(), build()];
    await trainByTfjs(expected, 8);
    train(found, 8);
    assert.equal(found.optimizer.iterations, expected.optimizer.iterations);
    const state = await expected.optimizer.getWeights();
    const copies = () => state.map(({ name, tensor }) => ({ name, tensor: tensor.clone() }));
    for (const model of [expected, found]) await model.optimizer.setWeights(copies());
    await trainByTfjs(expected, 8, 8);
    train(found, 8, 8);
    assertSameWeights(expected, found);
  });

  test("notices frozen layers and another loss when the model is compiled again", async () => {
    const [expected, found] = [build(), build()];
    await trainByTfjs(expected, 6);
    train(found, 6);
    for (const model of [expected, found]) {
      model.layers[0].trainable = false;
      model.compile({ optimizer: tf.train.sgd(0.05), loss: "meanSquaredError" });
    }
    const frozen = [...found.layers[0].getWeights()[0].dataSync()];
    await trainByTfjs(expected, 6, 6);
    const logs = train(found, 6, 6);
    assert.deepEqual(Object.keys(logs), ["loss"]);
    assert.deepEqual([...found.layers[0].getWeights()[0].dataSync()], frozen);
    assertSameWeights(expected, found);
    for (const model of [expected, found]) {
      model.layers[0].trainable = true;
      model.compile({ optimizer: tf.train.sgd(0.05), loss: "meanSquaredError" });
    }
    await trainByTfjs(expected, 6, 12);
    train(found, 6, 12);
    assert.notDeepEqual([...found.layers[0].getWeights()[0].dataSync()], frozen);
    assertSameWeights(expected, found);
  });

  test("handles a short last batch", async () => {
    const [expected, found] = [build(), build()];
    for (let step = 0; step < STEPS; step++) {
      const { x, y } = batches(step);
      const size = step % 4 === 3 ? 5 : 8;
      const [shortX, shortY] = [x, y].map((tensor) => tensor.slice(0, size));
      await expected.trainOnBatch(shortX, shortY);
      CompiledModel.of(found).trainOnBatch(shortX, shortY);
    }
    assertSameWeights(expected, found);
  });

  test("updates the moving statistics of batch normalization, and predicts with them", async () => {
    const normalized = () => build({ extra: [tf.layers.batchNormalization({ momentum: 0.8 })] });
    const [expected, found] = [normalized(), normalized()];
    await trainByTfjs(expected, STEPS);
    train(found, STEPS);
    assertSameWeights(expected, found);
    const compiledModel = CompiledModel.of(found);
    for (let call = 0; call < 4; call++) {
      const [prediction] = compiledModel.predictOnBatch(batches(call).x);
      assert.ok(relativeDistance(expected.predict(batches(call).x) as tf.Tensor, prediction) <= TOLERANCE);
    }
  });

  test("draws a new dropout mask for every batch, with the correct mean", () => {
    const input = tf.input({ shape: [1000] });
    const output = tf.layers.dropout({ rate: 0.3 }).apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: output });
    const masks: Float32Array[] = [];
    const keep = compiled((x: tf.Tensor) => model.apply(x, { training: true }) as tf.Tensor);
    for (let call = 0; call < 6; call++) masks.push(keep(tf.ones([20, 1000])).dataSync() as Float32Array);
    assert.equal(keep.fallbackReason, undefined);
    for (const mask of masks.slice(2)) {
      const values = [...new Set(mask)].sort();
      assert.equal(values.length, 2);
      assert.equal(values[0], 0);
      assert.ok(Math.abs(values[1] - 1 / 0.7) < 1e-6);
      const mean = mask.reduce((sum, value) => sum + value, 0) / mask.length;
      // 20,000 draws: the mean of the mask has a standard deviation of 0.0046.
      assert.ok(Math.abs(mean - 1) < 0.025, `mean ${mean}`);
    }
    const differing = masks[4].filter((value, i) => value !== masks[5][i]).length;
    // Two independent masks differ in 2 · 0.3 · 0.7 = 42 % of their places.
    assert.ok(Math.abs(differing / masks[4].length - 0.42) < 0.03, `${differing} of ${masks[4].length} differ`);
  });

  test("draws new Gaussian noise and alpha dropout for every batch", () => {
    for (const layer of [
      tf.layers.gaussianNoise({ stddev: 0.5 }),
      tf.layers.gaussianDropout({ rate: 0.4 }),
      tf.layers.alphaDropout({ rate: 0.4 }),
    ]) {
      const noisy = compiled((x: tf.Tensor) => layer.apply(x, { training: true }) as tf.Tensor);
      const runs = Array.from({ length: 5 }, () => noisy(tf.ones([50, 200])));
      assert.equal(noisy.fallbackReason, undefined);
      const deviation = (tensor: tf.Tensor) => tf.moments(tensor).variance.sqrt().dataSync()[0];
      // Run 0 is drawn as tfjs draws, run 4 by the graph: two of 10,000 draws each.
      assert.ok(Math.abs(deviation(runs[4]) / deviation(runs[0]) - 1) < 0.1, layer.getClassName());
      assert.ok(relativeDistance(runs[3], runs[4]) > 0.1, layer.getClassName());
    }
  });

  test("turns NaN inputs into NaN losses and weights, as tfjs does", async () => {
    const [expected, found] = [build({ optimizer: tf.train.sgd(0.01) }), build({ optimizer: tf.train.sgd(0.01) })];
    await trainByTfjs(expected, WARM_UP);
    train(found, WARM_UP);
    const x = batches(0).x.mul(NaN);
    const [loss] = (await expected.trainOnBatch(x, batches(0).y)) as number[];
    assert.ok(Number.isNaN(loss));
    assert.ok(Number.isNaN(CompiledModel.of(found).trainOnBatch(x, batches(0).y).loss));
    const isNaN = (model: tf.LayersModel) => model.getWeights().map((weight) => [...weight.isNaN().dataSync()]);
    assert.deepEqual(isNaN(found), isNaN(expected));
  });

  test("reports a wrong shape in tfjs's words, and keeps working", () => {
    const model = build();
    train(model, WARM_UP);
    assert.throws(
      () => CompiledModel.of(model).trainOnBatch(tf.zeros([8, 5, 5, 1]), batches(0).y),
      /expected conv2d\w* to have shape|shape/i,
    );
    assert.throws(() => CompiledModel.of(model).trainOnBatch(batches(0).x, tf.zeros([8, 4])), /shape/i);
    assert.ok(train(model, 1).loss > 0);
  });

  test("leaves no tensor, session or file behind", () => {
    const graphFolders = () =>
      fs.readdirSync(os.tmpdir()).filter((name) => name.startsWith(`cnn-helpers-graph-${process.pid}-`)).length;
    const [tensors, sessions, folders] = [tf.memory().numTensors, openSessionCount(), graphFolders()];
    for (let run = 0; run < 3; run++) {
      const model = build();
      train(model, 6);
      const inUse = tf.memory().numTensors;
      train(model, 6);
      CompiledModel.of(model).testOnBatch(batches(0).x, batches(0).y);
      tf.dispose(CompiledModel.of(model).predictOnBatch(batches(0).x));
      assert.equal(tf.memory().numTensors, inUse);
      model.optimizer.dispose();
      model.dispose();
    }
    assert.deepEqual([tf.memory().numTensors, graphFolders()], [tensors, folders]);
    // Fewer when the garbage collector has found models of earlier tests meanwhile.
    assert.ok(openSessionCount() <= sessions);
  });
});

describe("compiled evaluation and prediction", needs(skip), () => {
  test("agree with tfjs, before and after training", async () => {
    const model = build();
    const compiledModel = CompiledModel.of(model);
    for (let round = 0; round < 2; round++) {
      for (let step = 0; step < 5; step++) {
        const { x, y } = batches(step);
        const [loss, accuracy] = (model.evaluate(x, y, { batchSize: 8 }) as tf.Scalar[]).map(
          (value) => value.dataSync()[0],
        );
        const logs = compiledModel.testOnBatch(x, y);
        assert.ok(Math.abs(logs.loss - loss) <= TOLERANCE * loss);
        assert.ok(Math.abs(logs.acc - accuracy) <= 1e-6);
        const [prediction] = compiledModel.predictOnBatch(x);
        assert.ok(relativeDistance(model.predict(x) as tf.Tensor, prediction) <= TOLERANCE);
      }
      train(model, 8);
    }
    assert.equal(compiledModel.fallbackReason, undefined);
  });

  test("give each output of a model its own loss and metric", () => {
    const input = tf.input({ shape: [2] });
    const sum = (name: string) =>
      tf.layers.dense({ units: 1, name, kernelInitializer: "ones", useBias: false }).apply(input) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: [sum("a"), sum("b")] });
    model.compile({ optimizer: "sgd", loss: "meanSquaredError", metrics: ["mae"] });
    const step = CompiledModel.of(model);
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);
    const [ya, yb] = [tf.tensor2d([[0], [1]]), tf.tensor2d([[3], [6]])];
    // The outputs are 3 and 7: errors of 3 and 6 for a, of 0 and 1 for b.
    const expected = { loss: 23, a_loss: 22.5, b_loss: 0.5, a_mae: 4.5, b_mae: 0.5 };
    const before = tf.memory().numTensors;
    for (let call = 0; call < WARM_UP + 1; call++) assert.deepEqual(step.testOnBatch(x, [ya, yb]), expected);
    assert.deepEqual(step.testOnBatch(x, [ya, yb], { compiled: false }), expected);
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(step.trainOnBatch(x, [ya, yb]), expected);
    model.dispose();
    tf.dispose([x, ya, yb]);
  });

  test("keep only a few graphs, however many batch sizes there are", () => {
    const model = build();
    const before = openSessionCount();
    for (let size = 1; size <= 20; size++)
      for (let call = 0; call < 3; call++) CompiledModel.of(model).predictOnBatch(tf.zeros([size, 6, 6, 1]));
    assert.ok(openSessionCount() - before <= 8);
    model.dispose();
    assert.ok(openSessionCount() <= before);
  });
});

describe("what can't be a graph is trained by tfjs, and gives the reason", needs(skip), () => {
  /** A layer made of a function. */
  function custom(name: string, body: (x: tf.Tensor) => tf.Tensor): tf.layers.Layer {
    class Custom extends tf.layers.Layer {
      static readonly className = name;
      override computeOutputShape(shape: tf.Shape): tf.Shape {
        return shape;
      }
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return tf.tidy(() => body([inputs].flat()[0]));
      }
    }
    return new Custom({});
  }

  async function assertFallsBack(layer: () => tf.layers.Layer, reason: RegExp): Promise<void> {
    const [expected, found] = [build({ extra: [layer()] }), build({ extra: [layer()] })];
    await trainByTfjs(expected, 8);
    train(found, 8);
    assert.match(CompiledModel.of(found).fallbackReason ?? "none", reason);
    assertSameWeights(expected, found);
  }

  test("values read inside the step", () =>
    assertFallsBack(
      () => custom("ReadsBack", (x) => (x.mean().dataSync()[0] > 1e9 ? x.mul(2) : x.mul(1))),
      /reads a tensor's values/,
    ));

  test("a number that JavaScript changes from step to step", () => {
    const counter = () => {
      let calls = 0;
      return custom("Counts", (x) => x.mul(1 + 0.01 * calls++));
    };
    return assertFallsBack(counter, /a number that changes from step to step/);
  });

  test("different ops from step to step", () => {
    const alternating = () => {
      let calls = 0;
      return custom("Alternates", (x) => (calls++ % 2 === 0 ? x.mul(2) : x.add(1)));
    };
    return assertFallsBack(alternating, /different ops/);
  });
});

describe("compiled(fn)", needs(skip), () => {
  test("trains a hand-written network, including optimizer and learning rate", () => {
    const run = (wrap: <F extends (x: tf.Tensor, y: tf.Tensor) => tf.Tensor>(f: F) => F) => {
      const weights = tf.variable(tf.randomNormal([4, 2], 0, 1, "float32", 5));
      const optimizer = tf.train.momentum(0.1, 0.9);
      const step = wrap((x: tf.Tensor, y: tf.Tensor) =>
        optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, x.matMul(weights)).asScalar(), true, [weights])!,
      );
      for (let i = 0; i < STEPS; i++) {
        if (i === 10) optimizer.setLearningRate(0.03);
        step(
          tf.randomNormal([6, 4], 0, 1, "float32", 50 + i),
          tf.oneHot(tf.tensor1d([0, 1, 0, 1, 1, 0], "int32"), 2).toFloat(),
        );
      }
      return weights;
    };
    const expected = run((f) => f);
    const found = run((f) => compiled(f) as unknown as typeof f);
    assert.ok(relativeDistance(expected, found) <= TOLERANCE);
  });

  test("lets two Adams update one variable in one step, one after the other or from the same start", () => {
    const run = (wrap: <F extends (x: tf.Tensor) => tf.Tensor>(f: F) => F) => {
      const weights = tf.variable(tf.randomNormal([4, 2], 0, 1, "float32", 5));
      const [one, two] = [tf.train.adam(0.1), tf.train.adam(0.03)];
      const loss = (x: tf.Tensor) => x.matMul(weights).square().mean().asScalar();
      const step = wrap((x: tf.Tensor) => {
        one.minimize(() => loss(x), false, [weights]);
        const start = weights.clone();
        two.minimize(() => loss(x), false, [weights]);
        const first = weights.clone();
        weights.assign(start);
        one.minimize(() => loss(x.mul(2)), false, [weights]);
        return first.sub(weights).norm();
      });
      const distances = Array.from(
        { length: 8 },
        (_, i) => step(tf.randomNormal([6, 4], 0, 1, "float32", 50 + i)).dataSync()[0],
      );
      return tf.tensor1d([...distances, ...weights.dataSync()]);
    };
    let found: (() => string | undefined) | undefined;
    const expected = run((f) => f);
    const graph = run((f) => {
      const fast = compiled(f);
      found = () => fast.fallbackReason;
      return fast as unknown as typeof f;
    });
    assert.equal(found?.(), undefined);
    assert.ok(relativeDistance(expected, graph) <= TOLERANCE, `${relativeDistance(expected, graph)}`);
  });

  test("returns what the function returns: a tensor, an array, or an object", () => {
    const moments = compiled((x: tf.Tensor) => tf.moments(x));
    const both = compiled((x: tf.Tensor) => [x.min(), x.max()]);
    for (let call = 0; call < 4; call++) {
      const x = tf.tensor1d([call, 2, 3 + call]);
      const { mean, variance } = moments(x) as { mean: tf.Tensor; variance: tf.Tensor };
      assert.ok(Math.abs(mean.dataSync()[0] - (5 + 2 * call) / 3) < 1e-6);
      assert.ok(Math.abs(variance.dataSync()[0] - tf.moments(x).variance.dataSync()[0]) < 1e-6);
      assert.deepEqual(
        both(x).map((tensor) => tensor.dataSync()[0]),
        [Math.min(call, 2), 3 + call],
      );
    }
  });

  test("tells arguments apart that were the same tensor before", () => {
    const difference = compiled((a: tf.Tensor, b: tf.Tensor) => a.sub(b));
    const [one, two] = [tf.scalar(1), tf.scalar(2)];
    for (let call = 0; call < 4; call++) assert.equal(difference(one, one).dataSync()[0], 0);
    for (let call = 0; call < 4; call++) assert.equal(difference(two, one).dataSync()[0], 1);
    assert.equal(difference.fallbackReason, undefined);
  });

  test("reads variables at each call, and traces again when a captured tensor is gone", () => {
    const variable = tf.variable(tf.scalar(2));
    let captured = tf.scalar(10);
    const scale = compiled((x: tf.Tensor) => x.mul(variable).add(captured));
    const value = () => scale(tf.scalar(3)).dataSync()[0];
    for (let call = 0; call < 4; call++) assert.equal(value(), 16);
    variable.assign(tf.scalar(5));
    assert.equal(value(), 25);
    captured.dispose();
    captured = tf.scalar(20);
    for (let call = 0; call < 4; call++) assert.equal(value(), 35);
  });

  test("tells variables passed as arguments apart, and assigns them", () => {
    const [one, two] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(10))];
    const increase = compiled((counter: tf.Tensor) => {
      (counter as tf.Variable).assign(counter.add(1));
      return counter.mul(1);
    });
    for (let call = 1; call <= 5; call++) assert.equal(increase(one).dataSync()[0], 1 + call);
    for (let call = 1; call <= 5; call++) assert.equal(increase(two).dataSync()[0], 10 + call);
    assert.deepEqual([one.dataSync()[0], two.dataSync()[0]], [6, 15]);
    assert.equal(increase.fallbackReason, undefined);
  });

  test("is part of the graph when another compiled function calls it", () => {
    const inner = compiled((x: tf.Tensor) => x.add(1));
    const outer = compiled((x: tf.Tensor) => inner(x).mul(2));
    for (let call = 0; call < 5; call++) assert.equal(inner(tf.scalar(call)).dataSync()[0], call + 1);
    for (let call = 0; call < 5; call++) assert.equal(outer(tf.scalar(call)).dataSync()[0], 2 * (call + 1));
    assert.equal(outer.fallbackReason, undefined);
  });

  test("leaves other wrappers of the backend's methods in place", () => {
    const backend = tf.backend() as unknown as { executeSingleOutput(op: string, ...rest: unknown[]): tf.Tensor };
    const method = backend.executeSingleOutput;
    const seen: string[] = [];
    backend.executeSingleOutput = function (op, ...rest) {
      seen.push(op);
      return method.call(this, op, ...rest);
    };
    try {
      const double = compiled((x: tf.Tensor) => x.mul(2));
      for (let call = 0; call < 4; call++) assert.equal(double(tf.scalar(call)).dataSync()[0], 2 * call);
      // Two traces, then the graph, which doesn't call the method.
      assert.deepEqual(seen, ["Mul", "Mul"]);
      tf.scalar(1).neg();
      assert.equal(seen.at(-1), "Neg");
    } finally {
      Reflect.deleteProperty(backend, "executeSingleOutput");
    }
  });

  test("rejects a function that returns no tensors", () => {
    assert.throws(
      () => compiled((() => 3) as unknown as () => tf.Tensor)(),
      /compiled: expected the function to return a tensor/,
    );
    assert.throws(
      () => compiled((async () => tf.scalar(1)) as unknown as () => tf.Tensor)(),
      /An async function can't be compiled/,
    );
  });

  test("gathers, and rejects indices that are out of range", () => {
    const table = tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);
    const rows = compiled((indices: tf.Tensor) => tf.gather(table, indices));
    for (let call = 0; call < 4; call++)
      assert.deepEqual([...rows(tf.tensor1d([1, 0], "int32")).dataSync()], [3, 4, 1, 2]);
    assert.equal(rows.fallbackReason, undefined);
    assert.throws(() => rows(tf.tensor1d([0, 7], "int32")), /7/);
  });
});

describe("the gradient of relu", needs(skip), () => {
  test("is tfjs's, to the second order", () => {
    const x = tf.tensor1d([-2, -0, 0, 0.5, 3, Infinity]);
    const gradient = tf.grad((x) => tf.relu(x).mul(tf.tensor1d([1, 2, 3, 4, 5, 6])));
    assert.deepEqual([...gradient(x).dataSync()], [0, 0, 0, 4, 5, 6]);
    const second = tf.grad((x) => tf.grad((x) => tf.relu(x).pow(3))(x));
    assert.deepEqual([...second(tf.tensor1d([-1, 2])).dataSync()].map(Math.round), [0, 12]);
  });
});
