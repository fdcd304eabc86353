import "../tf/use-wasm";
import assert from "node:assert/strict";
import { beforeAll, test } from "vitest";
import { CompiledModel, compiled } from "../../../src/helpers/compiled";
import * as tf from "../../../src/helpers/tf";

beforeAll(() => tf.ready());

test("without native TensorFlow, compiled functions and models run as written and give the reason", async () => {
  const double = compiled((x: tf.Tensor) => x.mul(2));
  for (let call = 0; call < 4; call++) assert.equal((await double(tf.scalar(call)).data())[0], 2 * call);
  assert.match(double.fallbackReason ?? "none", /native TensorFlow.*wasm/);

  const model = tf.sequential({
    layers: [tf.layers.dense({ inputShape: [2], units: 1, activation: "relu", kernelInitializer: "ones" })],
  });
  model.compile({ optimizer: tf.train.sgd(0.1), loss: "meanSquaredError" });
  const [x, y] = [tf.tensor2d([[1, 1]]), tf.tensor2d([[3]])];
  const losses = Array.from({ length: 4 }, () => CompiledModel.of(model).trainOnBatch(x, y).loss);
  // The prediction is 2, the target 3. Without a gradient of relu the loss would stay at 1.
  assert.equal(losses[0], 1);
  assert.ok(losses[1] < losses[0] && losses[3] < 0.2, String(losses));
  assert.match(CompiledModel.of(model).fallbackReason ?? "none", /wasm/);
});
