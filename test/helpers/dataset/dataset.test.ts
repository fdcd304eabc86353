import assert from "node:assert/strict";
import fc from "fast-check";
import { beforeAll, describe, test } from "vitest";
import { fromTensorSlices, type Batch, type BatchedDataset } from "../../../src/helpers/dataset";
import * as tf from "../../../src/helpers/tf";

beforeAll(() => tf.ready());

/** Pairs `([10 i, 10 i + 1], [i])` for i = 0 … count - 1. */
function pairs(count: number): [tf.Tensor2D, tf.Tensor2D] {
  const xs = tf.tensor2d(Array.from({ length: count }, (_, i) => [10 * i, 10 * i + 1]));
  const ys = tf.tensor2d(Array.from({ length: count }, (_, i) => [i]));
  return [xs, ys];
}

/** The targets of each batch in one epoch; inputs are checked to belong to them. Disposes the batches. */
async function epoch(dataset: BatchedDataset): Promise<number[][]> {
  const batches: number[][] = [];
  await dataset.forEachAsync(({ xs, ys }: Batch) => {
    const targets = [...ys.dataSync()];
    assert.deepEqual(
      [...xs.dataSync()],
      targets.flatMap((i) => [10 * i, 10 * i + 1]),
      "inputs and targets stay together",
    );
    assert.deepEqual(xs.shape, [targets.length, 2]);
    assert.deepEqual(ys.shape, [targets.length, 1]);
    tf.dispose([xs, ys]);
    batches.push(targets);
  });
  return batches;
}

/** Runs `body` with pairs that are disposed afterwards; no other tensor may be left. */
async function withPairs(count: number, body: (tensors: [tf.Tensor2D, tf.Tensor2D]) => Promise<void>): Promise<void> {
  const { numTensors, numBytes } = tf.memory();
  const tensors = pairs(count);
  await body(tensors);
  tf.dispose(tensors);
  assert.deepEqual({ numTensors: tf.memory().numTensors, numBytes: tf.memory().numBytes }, { numTensors, numBytes });
}

const sorted = (numbers: number[]) => [...numbers].sort((a, b) => a - b);
const inOrder = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("batches in order", () => {
  test("follow tf.data: a short last batch is kept, or dropped with dropRemainder", () =>
    withPairs(7, async (tensors) => {
      const slices = fromTensorSlices(tensors);
      assert.equal(slices.size, 7);
      assert.deepEqual(await epoch(slices.batch(3)), [[0, 1, 2], [3, 4, 5], [6]]);
      assert.deepEqual(await epoch(slices.batch(3, { dropRemainder: false })), [[0, 1, 2], [3, 4, 5], [6]]);
      assert.deepEqual(await epoch(slices.batch(3, { dropRemainder: true })), [
        [0, 1, 2],
        [3, 4, 5],
      ]);
      assert.deepEqual(await epoch(slices.batch(7, { dropRemainder: true })), [inOrder(7)]);
      assert.deepEqual(await epoch(slices.batch(100)), [inOrder(7)]);
      assert.deepEqual(
        await epoch(slices.batch(1)),
        inOrder(7).map((i) => [i]),
      );
    }));

  test("are as many as size says, for all sizes", () =>
    withPairs(23, async (tensors) => {
      for (const batchSize of [1, 2, 5, 22, 23, 24]) {
        for (const dropRemainder of [true, false]) {
          if (dropRemainder && batchSize > 23) continue;
          const dataset = fromTensorSlices(tensors).batch(batchSize, { dropRemainder });
          const batches = await epoch(dataset);
          assert.equal(batches.length, dataset.size);
          assert.equal(dataset.size, dropRemainder ? Math.floor(23 / batchSize) : Math.ceil(23 / batchSize));
        }
      }
    }));

  test("can be iterated again, and prefetch changes nothing", () =>
    withPairs(5, async (tensors) => {
      const dataset = fromTensorSlices(tensors).batch(2).prefetch(2);
      assert.deepEqual(await epoch(dataset), [[0, 1], [2, 3], [4]]);
      assert.deepEqual(await epoch(dataset), [[0, 1], [2, 3], [4]]);
    }));

  test("keep the shape and the type of images and of integer targets", async () => {
    const xs = tf.range(0, 24).reshape([3, 2, 2, 2]);
    const ys = tf.tensor1d([7, 8, 9], "int32");
    const iterator = await fromTensorSlices([xs, ys]).batch(2).iterator();
    const { value } = await iterator.next();
    assert.deepEqual(
      [value.xs.shape, value.xs.dtype, value.ys.shape, value.ys.dtype],
      [[2, 2, 2, 2], "float32", [2], "int32"],
    );
    assert.deepEqual([...value.ys.dataSync()], [7, 8]);
    tf.dispose([xs, ys, value.xs, value.ys]);
  });
});

describe("shuffled batches", () => {
  test("contain every pair once, for all sizes and seeds", () =>
    withPairs(40, async (tensors) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 60 }),
          fc.integer({ min: 1, max: 45 }),
          fc.nat(),
          async (buffer, batchSize, seed) => {
            const batches = await epoch(fromTensorSlices(tensors).shuffle(buffer, { seed }).batch(batchSize));
            assert.deepEqual(sorted(batches.flat()), inOrder(40));
          },
        ),
        { numRuns: 30, seed: 4 },
      );
    }));

  test("come in the same order for the same seed, and in a different order each epoch", () =>
    withPairs(60, async (tensors) => {
      const epochs = async (seed?: number) => {
        const dataset = fromTensorSlices(tensors).shuffle(60, { seed }).batch(10, { dropRemainder: true });
        return [await epoch(dataset), await epoch(dataset), await epoch(dataset)];
      };
      const [first, second, other, unseeded, unseededAgain] = [
        await epochs(42),
        await epochs(42),
        await epochs(43),
        await epochs(),
        await epochs(),
      ];
      assert.deepEqual(first, second);
      assert.notDeepEqual(first, other);
      assert.notDeepEqual(unseeded, unseededAgain);
      assert.equal(new Set(first.map(String)).size, 3);
      assert.notDeepEqual(first[0].flat(), inOrder(60));
    }));

  test("drop different pairs each epoch with dropRemainder", () =>
    withPairs(10, async (tensors) => {
      const dataset = fromTensorSlices(tensors).shuffle(10, { seed: 1 }).batch(7, { dropRemainder: true });
      const seen = new Set<number>();
      for (let i = 0; i < 20; i++) {
        const [batch, ...rest] = await epoch(dataset);
        assert.deepEqual([batch.length, new Set(batch).size, rest.length], [7, 7, 0]);
        batch.forEach((target) => seen.add(target));
      }
      assert.equal(seen.size, 10);
    }));

  test("stay near their position with a small buffer", () =>
    withPairs(200, async (tensors) => {
      const order = (await epoch(fromTensorSlices(tensors).shuffle(5, { seed: 2 }).batch(20))).flat();
      assert.notDeepEqual(order, inOrder(200));
      order.forEach((element, position) => assert.ok(element < position + 5));
    }));

  test("survive an epoch that was abandoned", () =>
    withPairs(12, async (tensors) => {
      const make = () => fromTensorSlices(tensors).shuffle(12, { seed: 9 }).batch(4);
      const [whole, broken] = [make(), make()];
      await epoch(whole);
      const iterator = await broken.iterator();
      const { value } = await iterator.next();
      tf.dispose([value.xs, value.ys]);
      assert.deepEqual(await epoch(broken), await epoch(whole), "the second epoch is the same");
    }));
});

describe("memory", () => {
  test("is allocated when a batch is requested, not before", () =>
    withPairs(9, async (tensors) => {
      const before = tf.memory().numTensors;
      const iterator = await fromTensorSlices(tensors).shuffle(9).batch(3).iterator();
      assert.equal(tf.memory().numTensors, before);
      const { value } = await iterator.next();
      assert.equal(tf.memory().numTensors, before + 2);
      tf.dispose([value.xs, value.ys]);
    }));

  test("belongs to the batch, which outlives the dataset's tensors", async () => {
    const tensors = pairs(4);
    const iterator = await fromTensorSlices(tensors).batch(4).iterator();
    const { value } = await iterator.next();
    tf.dispose(tensors);
    assert.deepEqual([...value.ys.dataSync()], [0, 1, 2, 3]);
    tf.dispose([value.xs, value.ys]);
  });

  test("is checked at the start of an epoch, in case the tensors were disposed", async () => {
    const tensors = pairs(4);
    const dataset = fromTensorSlices(tensors).batch(4);
    tf.dispose(tensors);
    await assert.rejects(
      epoch(dataset),
      /expected inputs that are still in memory, found disposed ones. Re-run the preprocessing cell/,
    );
  });
});

describe("tfjs's own training loop", () => {
  test("accepts the dataset for fitDataset, validation and evaluateDataset, and disposes each batch", () =>
    withPairs(25, async (tensors) => {
      const model = tf.sequential({
        layers: [tf.layers.dense({ units: 1, inputShape: [2], kernelInitializer: "zeros" })],
      });
      const optimizer = tf.train.sgd(1e-6);
      model.compile({ optimizer, loss: "meanSquaredError" });
      const train = fromTensorSlices(tensors).shuffle(25, { seed: 1 }).batch(10, { dropRemainder: true });
      const test = fromTensorSlices(tensors).batch(10);
      const batches: number[] = [];
      await model.fitDataset(train, { epochs: 1, verbose: 0 });
      const before = tf.memory().numTensors;
      const { history } = await model.fitDataset(train, {
        epochs: 2,
        verbose: 0,
        validationData: test,
        callbacks: { onBatchEnd: async (batch) => void batches.push(batch) },
      });
      assert.deepEqual(batches, [0, 1, 0, 1]);
      assert.equal(history.val_loss.length, 2);
      const loss = (await model.evaluateDataset(test, {})) as tf.Scalar;
      const direct = model.evaluate(tensors[0], tensors[1]) as tf.Scalar;
      assert.ok(Math.abs(loss.dataSync()[0] - direct.dataSync()[0]) < 1e-3, "the short last batch counts by its size");
      tf.dispose([loss, direct]);
      assert.equal(tf.memory().numTensors, before);
      model.dispose();
      optimizer.dispose();
    }));
});

describe("wrong input", () => {
  const [xs, ys] = [tf.zeros([4, 2]), tf.zeros([4, 1])];
  const slices = fromTensorSlices([xs, ys]);
  const disposed = tf.zeros([4]);
  disposed.dispose();
  const cases: [what: string, call: () => unknown, message: RegExp][] = [
    [
      "inputs and targets that differ in number",
      () => fromTensorSlices([xs, tf.zeros([3, 1])]),
      /as many inputs as targets, found shapes \[4,2\] and \[3,1\]/,
    ],
    [
      "a scalar",
      () => fromTensorSlices([tf.scalar(1), ys]),
      /expected inputs with a first axis to cut along, found a scalar/,
    ],
    [
      "disposed targets",
      () => fromTensorSlices([xs, disposed]),
      /expected targets that are still in memory, found disposed ones/,
    ],
    [
      "no pairs",
      () => fromTensorSlices([tf.zeros([0, 2]), tf.zeros([0, 1])]),
      /expected at least one pair, found none/,
    ],
    [
      "a buffer size of 0",
      () => slices.shuffle(0),
      /shuffle: bufferSize: expected a whole number of at least 1, found 0/,
    ],
    ["a buffer size that is no number", () => slices.shuffle(NaN), /found NaN/],
    ["a second shuffle", () => slices.shuffle(4).shuffle(4), /Call shuffle once/],
    ["a batch size of 0", () => slices.batch(0), /batch: batchSize: expected a whole number of at least 1, found 0/],
    ["half a batch", () => slices.batch(1.5), /found 1\.5/],
    [
      "a batch larger than the data with dropRemainder",
      () => slices.batch(5, { dropRemainder: true }),
      /expected a batchSize of at most 4 .*found 5\. No batch would be left/,
    ],
  ];
  for (const [what, call, message] of cases) test(`${what} is rejected`, () => assert.throws(call, message));
});
