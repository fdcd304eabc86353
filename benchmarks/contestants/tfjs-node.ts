/** Plain tfjs-node: `model.fit`, `evaluate` and `predict` on tensors in native memory, without any helpers. */
import fs from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs";
import { loadNativeTensorFlow } from "../../src/helpers/tf/native";
import { medianSeconds, readTask, report, seconds } from "./protocol";

async function main(): Promise<void> {
  const reason = loadNativeTensorFlow();
  if (reason !== undefined) throw new Error(reason);
  const task = readTask();
  const start = seconds();
  const [x, y] = read(task.mnist, "train", task.images);
  const [testX, testY] = read(task.mnist, "t10k", 10_000);
  const load = seconds() - start;

  const model = tf.sequential();
  model.add(
    tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 16, kernelSize: 3, padding: "same", activation: "relu" }),
  );
  model.add(tf.layers.maxPooling2d({ poolSize: 2, strides: 2, padding: "same" }));
  model.add(tf.layers.conv2d({ filters: 32, kernelSize: 3, padding: "same", activation: "relu" }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2, strides: 2, padding: "same" }));
  model.add(tf.layers.conv2d({ filters: 64, kernelSize: 3, padding: "same", activation: "relu" }));
  model.add(tf.layers.maxPooling2d({ poolSize: 2, strides: 2, padding: "same" }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 256, activation: "relu" }));
  model.add(tf.layers.dense({ units: 10, activation: "softmax" }));
  model.compile({ optimizer: tf.train.adam(0.001), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const epochs: number[] = [];
  let [firstBatch, epochStart] = [0, 0];
  const { history } = await model.fit(x, y, {
    batchSize: task.batchSize,
    epochs: task.epochs + 1,
    verbose: 0,
    callbacks: {
      onEpochBegin: async () => void (epochStart = seconds()),
      onBatchEnd: async () => void (firstBatch ||= (Date.now() - task.startedAt) / 1000),
      onEpochEnd: async () => void epochs.push(seconds() - epochStart),
    },
  });
  const evaluation = await medianSeconds(3, () =>
    tf.tidy(() =>
      (model.evaluate(testX, testY, { batchSize: task.batchSize }) as tf.Scalar[]).map((value) => value.dataSync()),
    ),
  );
  const image = testX.slice(0, 1);
  const prediction =
    1000 * (await medianSeconds(200, () => tf.tidy(() => (model.predict(image) as tf.Tensor).dataSync())));
  report({
    epochs: epochs.slice(1),
    loss: Number(history.loss.at(-1)),
    load,
    firstBatch,
    evaluation,
    prediction,
    versions: { node: process.version, tfjs: tf.version.tfjs },
  });
}

/** The first images of a set and their one-hot labels, as tensors. */
function read(folder: string, set: "train" | "t10k", count: number): [tf.Tensor, tf.Tensor] {
  const pixels = fs.readFileSync(path.join(folder, `${set}-images-idx3-ubyte`)).subarray(16, 16 + count * 784);
  const labels = fs.readFileSync(path.join(folder, `${set}-labels-idx1-ubyte`)).subarray(8, 8 + count);
  return [
    tf.tensor4d(
      Float32Array.from(pixels, (value) => value / 255),
      [count, 28, 28, 1],
    ),
    tf.oneHot(tf.tensor1d(Int32Array.from(labels), "int32"), 10).toFloat(),
  ];
}

void main();
