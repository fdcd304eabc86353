import { describe, test } from "vitest";
import * as tf from "../../../src/helpers/tf";
import { needs } from "../../needs";
import { CHANGES, MANY_EPOCHS, type Moment, OWN_WILL, assertEffective, assertFaithful } from "./user-code";

const native = needs(tf.getBackend() !== "tensorflow" && "graphs need native TensorFlow");

const MOMENTS: Record<string, Moment> = {
  "before the third batch": { kind: "batch end", batches: [1] },
  "after the third batch, while the step is being traced": { kind: "batch end", batches: [2] },
  "long after": { kind: "batch end", batches: [16] },
  "at the start of the third epoch": { kind: "epoch begin", epochs: [2] },
  "at the end of every epoch": { kind: "epoch end", epochs: [0, 1, 2] },
  "between two fits": { kind: "between fits", epochs: [0, 2] },
};

for (const scenario of CHANGES) {
  describe(`fit trains like plain tfjs when the user's code changes ${scenario.name}`, native, () => {
    test("which makes a difference", () => assertEffective(scenario));
    for (const [name, moment] of Object.entries(MOMENTS)) test(name, () => assertFaithful(scenario, moment));
  });
}

describe("fit trains op by op, with the reason", native, () => {
  for (const scenario of OWN_WILL) test(scenario.name, () => assertFaithful(scenario, { kind: "none" }));
});

describe("with several steps in one run, fit trains like plain tfjs when epochs' ends change", native, () => {
  for (const scenario of CHANGES) {
    if (/own loss|dropout|nested|learning rate/.test(scenario.name))
      test(scenario.name, () => assertFaithful(scenario, { kind: "epoch end", epochs: [12, 24] }, MANY_EPOCHS));
  }
});
