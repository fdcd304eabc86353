import { checkWholeNumber } from "../../shared/checks";
import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import * as tf from "../tf";
import { nextSeed, restartSeeds } from "../tf/seed";
import { nativeBackend, typeAttribute } from "./native";
import { core, drawingWith, tfjsDraws } from "./random";

/** The seed, and the number of draws so far. A variable, so that graphs follow it. */
const state = sharedAcrossReloads("random-draws", (): { variable: tf.Variable | undefined } => ({
  variable: undefined,
}));

const MAX_SEED = 2 ** 31 - 1;

/**
 * One seed for everything: the initial weights of layers, the order of shuffled datasets and the masks of dropout, like
 * `keras.utils.set_random_seed`. Call it first; whatever is then made and trained in the same order gives the same
 * results, compiled or op by op. What has a seed of its own keeps it.
 *
 * It doesn't seed JavaScript's `Math.random`, nor `tf.randomUniform` and the like, which take a seed as an argument.
 *
 * @param seed a whole number of at least 0
 * @throws UsageError if it isn't
 * @see notebooks/14-coming-from-keras.ipynb
 * @example
 * setRandomSeed(1);
 * const model = buildModel(); // the same weights in every run
 */
export function setRandomSeed(seed: number): void {
  checkWholeNumber("setRandomSeed: seed", seed, 0, MAX_SEED);
  restartSeeds(seed);
  tf.tidy(() => {
    const start = tf.tensor1d([seed, 0], "int32");
    if (state.variable === undefined) state.variable = start.variable(false);
    else state.variable.assign(start);
  });
  Object.assign(core, nativeBackend() === undefined ? seededInJavaScript() : drawingWith(drawFromSeed));
}

/** Whether draws are seeded already, so that a trace needn't replace them. */
export function drawsAreSeeded(): boolean {
  return state.variable !== undefined;
}

const STATELESS_OPS = {
  uniform: "StatelessRandomUniform",
  normal: "StatelessRandomNormal",
  "truncated normal": "StatelessTruncatedNormal",
};

/** The op draws the same numbers from the same seed, in a graph too. */
function drawFromSeed(distribution: keyof typeof STATELESS_OPS, shape: number[]): tf.Tensor {
  const backend = nativeBackend()!;
  const attributes = [
    typeAttribute(backend, "dtype", "float32"),
    typeAttribute(backend, "T", "int32"),
    typeAttribute(backend, "Tseed", "int32"),
  ];
  return tf.tidy(() => {
    const seed = state.variable!;
    seed.assign(seed.add(tf.tensor1d([0, 1], "int32")));
    return backend.executeSingleOutput(STATELESS_OPS[distribution], attributes, [tf.tensor1d(shape, "int32"), seed]);
  });
}

/** Each function of tfjs's, with the place of its seed among the arguments. */
const SEED_PLACES = { randomUniform: 4, randomNormal: 4, randomStandardNormal: 2, truncatedNormal: 4, dropout: 3 };

/** tfjs's own functions, with a seed for each draw that has none. */
function seededInJavaScript(): object {
  return Object.fromEntries(
    Object.entries(SEED_PLACES).map(([name, place]) => [
      name,
      (...args: unknown[]): unknown => {
        args[place] ??= nextSeed();
        return Reflect.apply(tfjsDraws[name as keyof typeof SEED_PLACES], undefined, args);
      },
    ]),
  );
}
