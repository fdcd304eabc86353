import fs from "node:fs";
import { fromTensorSlices } from "../../../src/helpers/dataset";
import { loadModel } from "../../../src/helpers/saving";
import { fit, ModelCheckpoint } from "../../../src/helpers/training";
import { makeProblem } from "./problem";

/** Trains for twelve epochs, from the checkpoint in the given folder if there is one. */
async function main(folder: string): Promise<void> {
  const { model, xs, ys } = makeProblem();
  const dataset = fromTensorSlices([xs, ys]).shuffle(50, { seed: 3 }).batch(16);
  const resumed = fs.existsSync(folder) ? await loadModel(folder) : model;
  await fit(resumed, dataset, {
    epochs: 12,
    initialEpoch: resumed.optimizer.iterations / dataset.size,
    callbacks: [new ModelCheckpoint(folder), { onEpochBegin: (epoch) => console.log(`epoch ${epoch}`) }],
    verbose: 0,
  });
}

void main(process.argv[2]);
