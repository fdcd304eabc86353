import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { TENSORFLOW_ENVIRONMENT } from "../../src/helpers/tf/environment";
import { pythonEnvironment } from "../../src/setup/python/python";
import { ROOT } from "../../src/shared/paths";
import { BENCH_PYTHON } from "../python-side";
import type { Measurement, Task } from "./protocol";

/** One way to train the article's model, in its own process. */
export interface Contestant {
  readonly name: string;
  readonly command: readonly string[];
}

const script = (file: string) => path.join(__dirname, file);
const node = [process.execPath, "--import", "tsx"];

export const CONTESTANTS: readonly Contestant[] = [
  { name: "this workbook", command: [...node, script("workbook.ts")] },
  { name: "tfjs-node", command: [...node, script("tfjs-node.ts")] },
  { name: "Keras", command: [BENCH_PYTHON, script("keras_fit.py"), "1"] },
  // As many as this workbook's `fit` runs at once.
  { name: "Keras, steps_per_execution 5", command: [BENCH_PYTHON, script("keras_fit.py"), "5"] },
  { name: "PyTorch, channels last", command: [BENCH_PYTHON, script("pytorch_fit.py"), "channels_last"] },
  { name: "PyTorch, contiguous", command: [BENCH_PYTHON, script("pytorch_fit.py"), "contiguous_format"] },
];

/**
 * Runs a contestant once.
 *
 * @throws if it fails or didn't learn anything
 */
export async function measure({ name, command }: Contestant, task: Omit<Task, "startedAt">): Promise<Measurement> {
  const argument = JSON.stringify({ ...task, startedAt: Date.now() } satisfies Task);
  const measurement = (await lastLine([...command, argument])) as Measurement;
  if (!(measurement.loss < 1))
    throw new Error(`${name}: expected a loss below 1 after training, found ${measurement.loss}.`);
  return measurement;
}

/** Rates of matrix products in GFLOP/s. */
export interface MatrixProductRate {
  readonly median: number;
  readonly best: number;
}

export async function measureMatrixProduct(): Promise<MatrixProductRate> {
  return (await lastLine([...node, script("matrixProduct.ts")])) as MatrixProductRate;
}

/** Runs a command and parses the JSON in its last line of output. */
async function lastLine([file, ...args]: readonly string[]): Promise<unknown> {
  const env = { ...pythonEnvironment(), ...TENSORFLOW_ENVIRONMENT };
  const { stdout } = await promisify(execFile)(file, args, { cwd: ROOT, env, maxBuffer: 1e8 });
  return JSON.parse(stdout.trim().split("\n").at(-1)!);
}
