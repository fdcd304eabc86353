import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { describe, test } from "vitest";
import { ROOT, VENV_PYTHON } from "../../src/shared/paths";
import { listNotebooks } from "../../src/shared/series";
import { makeWorkshop, notebookOf, writeNotebook } from "./workspace";

/*
 * Re-running a cell leaves nothing behind. By default two notebooks, and the cells below, which train, run five times a
 * cell; with RERUNS=20 every cell of the series runs 20 times, which takes an hour.
 */
const { RERUNS } = process.env;
const ALWAYS = ["02-convolution.ipynb", "03-max-pooling.ipynb"];
const LIMITS = RERUNS
  ? { runs: Number(RERUNS), cellSeconds: 600, allSeconds: 7200, longestSeconds: 600 }
  : { runs: 5, cellSeconds: 10, allSeconds: 300, longestSeconds: 20 };
/** The allocator keeps some of what it was given back; 10 % of a small process would be less than that. */
const MB_TO_SPARE = 100;

const TRAINING = notebookOf([
  `import { tf, CompiledModel, buildModel, compiled, evaluate, fit, fromTensorSlices } from "cnn-helpers";
   import { featureMapPicture, historyFigure, loadRun, predictionTable, saveRun } from "cnn-helpers";`,
  `const x = tf.randomUniform([300, 28, 28, 1], 0, 1, "float32", 1);
   const y = tf.oneHot(tf.range(0, 300).mod(10).toInt(), 10).toFloat();`,
  `const dataset = fromTensorSlices([x, y]).shuffle(300, { seed: 1 }).batch(100);`,
  `const model = buildModel({ seed: 1 });
   model.compile({ optimizer: tf.train.adam(), loss: "categoricalCrossentropy", metrics: ["accuracy"] });`,
  `const history = await fit(model, dataset, { epochs: 2, validationData: dataset });`,
  `await evaluate(model, dataset)`,
  `await saveRun("reruns", { model, history }); const saved = (await loadRun("reruns"))!;`,
  `const [probabilities] = CompiledModel.of(model).predictOnBatch(x);`,
  `predictionTable(probabilities as never)`,
  `const inner = tf.model({ inputs: model.inputs, outputs: model.layers[0].output as never });
   featureMapPicture(inner.predict(tf.slice(x, 0, 1)) as never)`,
  `historyFigure(history)`,
  `const flatten = tf.layers.flatten({ inputShape: [28, 28, 1] });
   const own = tf.sequential({ layers: [flatten, tf.layers.dense({ units: 10 })] });
   own.compile({ optimizer: "rmsprop", loss: "meanSquaredError" });
   await own.fit(x, y, { epochs: 1, verbose: 0 });
   own.predict(x)`,
  `const weight = tf.variable(tf.scalar(0));
   const loss = (a: tf.Tensor) => a.mul(weight).sub(1).square().mean<tf.Scalar>();
   const sgd = tf.train.sgd(0.1);
   const step = compiled((a: tf.Tensor) => sgd.minimize(() => loss(a), true)!);
   for (let i = 0; i < 5; i++) step(tf.tensor1d([i, 1]));`,
  `// An interrupted or failing cell leaves its tensors behind, too.
   try { tf.matMul(tf.zeros([2, 3]), tf.zeros([2, 3])); } catch (error) { console.log(String(error)); }`,
]);

interface Found {
  readonly notebook: string;
  readonly cell: number;
  readonly runs: number;
  /** After the second run and after the last. */
  readonly tensors: [number, number] | [];
  readonly rss: [number, number] | [];
  readonly error: string | null;
}

describe("a cell that runs again and again", () => {
  test("leaves no tensors behind, and the process keeps its size", { timeout: 7_200_000 }, async () => {
    const folder = makeWorkshop("reruns");
    const chosen = listNotebooks().filter((file) => RERUNS || ALWAYS.includes(path.basename(file)));
    const copies = chosen.map((file) => {
      const copy = path.join(folder, path.basename(file));
      fs.copyFileSync(file, copy);
      return copy;
    });
    const training = writeNotebook(path.join(folder, "training.ipynb"), TRAINING);
    const found = await rerun(folder, [training, ...copies]);
    const measured = found.filter(({ tensors }) => tensors.length === 2);
    assert.ok(measured.length >= (RERUNS ? found.length - 5 : 35), `${measured.length} of ${found.length} cells`);
    assert.deepEqual(
      found.filter(({ error }) => error !== null),
      [],
      "cells that failed",
    );
    assert.deepEqual(
      measured.filter(({ tensors: [second = 0, last = 0] }) => last > second),
      [],
      "cells that leave tensors behind",
    );
    assert.deepEqual(
      measured.filter(({ rss: [second = 0, last = 0] }) => last > Math.max(1.1 * second, second + MB_TO_SPARE)),
      [],
      "cells that make the process grow",
    );
  });
});

async function rerun(folder: string, notebooks: string[]): Promise<Found[]> {
  const script = path.join(ROOT, "test", "kernel", "protocol", "reruns.py");
  const limits = [LIMITS.runs, LIMITS.cellSeconds, LIMITS.allSeconds, LIMITS.longestSeconds].map(String);
  const child = spawn(VENV_PYTHON, [script, folder, ...limits, ...notebooks], {
    env: { ...process.env, EPOCHS: "1", KERNEL_NODE: process.execPath, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const ended = once(child, "close");
  let log = "";
  child.stderr.on("data", (chunk: Buffer) => (log += String(chunk)));
  const found: Found[] = [];
  for await (const line of readline.createInterface({ input: child.stdout })) found.push(JSON.parse(line) as Found);
  const [code] = await ended;
  assert.equal(code, 0, log);
  return found;
}
