/** This workbook: `fit`, `evaluate` and prediction with its helpers. */
import { CompiledModel } from "../../src/helpers/compiled";
import { fromTensorSlices } from "../../src/helpers/dataset";
import { type Images, type Labels, loadData } from "../../src/helpers/mnist";
import { buildModel } from "../../src/helpers/model";
import { addChannelAxis, scale, toCategorical } from "../../src/helpers/preprocess";
import * as tf from "../../src/helpers/tf";
import { evaluate, fit } from "../../src/helpers/training";
import { medianSeconds, readTask, report, seconds } from "./protocol";

async function main(): Promise<void> {
  const task = readTask();
  const start = seconds();
  const [[xTrain, yTrain], [xTest, yTest]] = await loadData({ folder: task.mnist });
  const [x, y] = prepared(first(xTrain, task.images), firstLabels(yTrain, task.images));
  const [testX, testY] = prepared(xTest, yTest);
  const load = seconds() - start;

  const model = buildModel({ seed: 1 });
  model.compile({ optimizer: tf.train.adam(0.001), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const train = fromTensorSlices([x, y])
    .shuffle(task.images, { seed: 1 })
    .batch(task.batchSize, { dropRemainder: true });
  let firstBatch = 0;
  // A callback for each batch keeps `fit` from running several steps at once, so the timed epochs have none.
  const stop = () => {
    firstBatch = (Date.now() - task.startedAt) / 1000;
    model.stopTraining = true;
  };
  await fit(model, train, { epochs: 1, verbose: 0, callbacks: [{ onBatchEnd: stop }] });
  const epochs: number[] = [];
  let epochStart = 0;
  const history = await fit(model, train, {
    epochs: task.epochs + 1,
    verbose: 0,
    callbacks: [
      { onEpochBegin: () => void (epochStart = seconds()), onEpochEnd: () => void epochs.push(seconds() - epochStart) },
    ],
  });
  const test = fromTensorSlices([testX, testY]).batch(task.batchSize);
  const evaluation = await medianSeconds(3, () => evaluate(model, test));
  const image = testX.slice(0, 1);
  const prediction =
    1000 * (await medianSeconds(200, () => tf.tidy(() => CompiledModel.of(model).predictOnBatch(image)[0].dataSync())));
  report({
    epochs: epochs.slice(1),
    loss: history.history.loss.at(-1)!,
    load,
    firstBatch,
    evaluation,
    prediction,
    versions: { node: process.version, tfjs: tf.version.tfjs },
  });
}

function prepared(images: Images, labels: Labels): [tf.Tensor4D, tf.Tensor2D] {
  return [addChannelAxis(scale(images)), toCategorical(labels, 10)];
}

function first({ data, shape: [, rows, columns] }: Images, count: number): Images {
  return { data: data.subarray(0, count * rows * columns), shape: [count, rows, columns] };
}

function firstLabels({ data }: Labels, count: number): Labels {
  return { data: data.subarray(0, count), shape: [count] };
}

void main();
