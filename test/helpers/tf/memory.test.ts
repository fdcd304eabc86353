import assert from "node:assert/strict";
import { beforeAll, beforeEach, describe, test } from "vitest";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import { buildModel } from "../../../src/helpers/model";
import { addChannelAxis, scale, toCategorical } from "../../../src/helpers/preprocess";
import * as tf from "../../../src/helpers/tf";
import { releaseUnreachable } from "../../../src/helpers/tf/memory";

beforeAll(() => tf.ready());

/** Tensors and bytes at the start of the test. */
let start: { numTensors: number; numBytes: number };
const held = () => ({ numTensors: tf.memory().numTensors, numBytes: tf.memory().numBytes });
beforeEach(async () => {
  await releaseUnreachable();
  start = held();
});

async function assertAllIsFreed(): Promise<void> {
  await releaseUnreachable();
  assert.deepEqual(held(), start);
}

const image = () => ({ data: new Uint8Array(28 * 28).fill(255), shape: [1, 28, 28] as const });

describe("a tensor", () => {
  test("is freed when nothing refers to it any more", async () => {
    (() => tf.ones([1000]).square().dispose())();
    assert.deepEqual(held(), { numTensors: start.numTensors + 1, numBytes: start.numBytes + 4000 });
    await assertAllIsFreed();
  });

  test("isn't freed while something refers to it", async () => {
    const box = { tensor: tf.ones([10]) };
    for (let i = 0; i < 3; i++) await releaseUnreachable();
    assert.equal(box.tensor.sum().dataSync()[0], 10);
    box.tensor.dispose();
  });

  test("that was disposed of by hand isn't freed again", async () => {
    (() => tf.ones([10]).dispose())();
    assert.deepEqual(held(), start);
    await assertAllIsFreed();
  });

  test("keeps its values while another tensor shares them", async () => {
    const withChannel = (() => addChannelAxis(scale(image())))();
    await releaseUnreachable();
    assert.equal(tf.memory().numTensors, start.numTensors + 1, "the scaled tensor is gone, its reshaped view is there");
    assert.ok(withChannel.dataSync().every((value) => value === 1));
    const clone = withChannel.clone();
    withChannel.dispose();
    await releaseUnreachable();
    assert.ok(clone.dataSync().every((value) => value === 1));
    clone.dispose();
    assert.deepEqual(held(), start);
  });

  test("may be made in a tidy, or be a tidy's result", async () => {
    const kept = tf.tidy(() => {
      scale(image());
      return scale(image());
    });
    assert.equal(tf.memory().numTensors, start.numTensors + 1);
    await releaseUnreachable();
    assert.equal(kept.dataSync()[0], 1);
    kept.dispose();
    await assertAllIsFreed();
  });

  test("stays as long as a dataset needs it", async () => {
    const dataset = (() => fromTensorSlices([addChannelAxis(scale(image())), toCategorical([3], 10)]).batch(1))();
    await releaseUnreachable();
    await dataset.forEachAsync(({ xs, ys }) => {
      assert.equal(xs.dataSync()[0], 1);
      assert.equal(ys.argMax(-1).dataSync()[0], 3);
      tf.dispose([xs, ys]);
    });
    dataset.data.xs.dispose();
    dataset.data.ys.dispose();
  });

  test("made again and again by the same cell doesn't pile up", async () => {
    let x: tf.Tensor | undefined;
    for (let run = 0; run < 5; run++) {
      x = addChannelAxis(scale(image()));
      await releaseUnreachable();
      assert.equal(tf.memory().numTensors, start.numTensors + 1);
    }
    x?.dispose();
  });
});

describe("a model", () => {
  const compile = (model: tf.LayersModel) => model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  const oneStep = async (model: tf.LayersModel) => {
    const [x, y] = [tf.ones([2, 28, 28, 1]), tf.oneHot([1, 2], 10)];
    await model.trainOnBatch(x, y);
    tf.dispose([x, y]);
  };

  test("is freed with its optimizer's slots when nothing refers to it any more", async () => {
    await (async () => {
      const model = buildModel();
      compile(model);
      await oneStep(model);
      // 10 weights, two moments for each, and Adam's two powers of beta.
      assert.ok(tf.memory().numTensors >= start.numTensors + 32);
    })();
    await assertAllIsFreed();
  });

  test("keeps training after a collection while something refers to it", async () => {
    const box = { model: buildModel() };
    compile(box.model);
    await oneStep(box.model);
    const during = held();
    await releaseUnreachable();
    await oneStep(box.model);
    assert.deepEqual(held(), during);
    box.model.dispose();
    assert.deepEqual(held(), start);
    await assertAllIsFreed();
  });

  test("frees the old optimizer's slots when it is compiled again", async () => {
    const box = { model: buildModel() };
    compile(box.model);
    await oneStep(box.model);
    const compiledOnce = held();
    for (let run = 0; run < 2; run++) {
      compile(box.model);
      await oneStep(box.model);
      await releaseUnreachable();
      assert.deepEqual(held(), compiledOnce);
    }
    box.model.dispose();
  });

  test("leaves an optimizer to another model that is compiled with it", async () => {
    const optimizer = tf.train.adam();
    const second = tf.sequential({
      layers: [tf.layers.flatten({ inputShape: [28, 28, 1] }), tf.layers.dense({ units: 10, activation: "softmax" })],
    });
    (() => buildModel().compile({ optimizer, loss: "categoricalCrossentropy" }))();
    second.compile({ optimizer, loss: "categoricalCrossentropy" });
    await releaseUnreachable();
    await oneStep(second);
    second.dispose();
    optimizer.dispose();
    await assertAllIsFreed();
  });

  test("made from another model's layers keeps their weights", async () => {
    const box: { extractor?: tf.LayersModel } = {};
    (() => {
      const model = buildModel();
      box.extractor = tf.model({ inputs: model.inputs, outputs: model.layers[1].output as tf.SymbolicTensor });
    })();
    await releaseUnreachable();
    tf.tidy(() =>
      assert.deepEqual((box.extractor?.predict(tf.ones([1, 28, 28, 1])) as tf.Tensor).shape, [1, 14, 14, 16]),
    );
    delete box.extractor;
    await assertAllIsFreed();
  });

  test("made again and again by the same cell doesn't pile up", async () => {
    let model: tf.LayersModel | undefined;
    for (let run = 0; run < 4; run++) {
      model = buildModel();
      compile(model);
      await oneStep(model);
    }
    await releaseUnreachable();
    const weightsAndSlots = tf.memory().numTensors - start.numTensors;
    assert.ok(weightsAndSlots < 60, `${weightsAndSlots} tensors for one model`);
    model?.dispose();
    await assertAllIsFreed();
  });
});

describe("a variable", () => {
  test("is freed when nothing refers to it any more, also after it took other data", async () => {
    (() => {
      const variable = tf.variable(tf.ones([1000]), true, "forgotten");
      const other = tf.zeros([1000]);
      variable.assign(other);
      other.dispose();
    })();
    assert.ok(tf.memory().numTensors > start.numTensors);
    await assertAllIsFreed();
    assert.ok(!("forgotten" in tf.engine().registeredVariables));
  });

  test("stays while something refers to it, and an optimizer finds it", async () => {
    const box = { variable: tf.variable(tf.scalar(1)) };
    await releaseUnreachable();
    const optimizer = tf.train.sgd(0.5);
    optimizer.minimize(() => box.variable.square().asScalar());
    assert.equal(box.variable.dataSync()[0], 0);
    box.variable.dispose();
    optimizer.dispose();
    await assertAllIsFreed();
  });

  test("that was disposed of by hand isn't freed again, though it shares its data", async () => {
    const shared = tf.ones([10]);
    (() => {
      const variable = tf.variable(shared);
      variable.dispose();
    })();
    await releaseUnreachable();
    assert.deepEqual([...shared.dataSync()], new Array(10).fill(1));
    shared.dispose();
    await assertAllIsFreed();
  });

  test("may have the name of one that was freed", async () => {
    const make = () => void tf.variable(tf.ones([10]), true, "again");
    make();
    await releaseUnreachable();
    make();
    await assertAllIsFreed();
  });
});

describe("garbage of plain TensorFlow.js", () => {
  test("is freed: tensors, results of tidy, models, optimizers with their slots", async () => {
    await (async () => {
      const x = tf.randomNormal([8, 3]);
      const y = tf.tidy(() => x.sum(1, true).add(1));
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [3] })] });
      model.compile({ optimizer: "adam", loss: "meanSquaredError" });
      await model.fit(x, y, { epochs: 2, verbose: 0 });
      void model.predict(x);
    })();
    await assertAllIsFreed();
  });
});
