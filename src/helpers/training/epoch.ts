import type { Batch } from "../dataset";
import type * as tf from "../tf";

/** Loss and metrics by Keras's names, such as `{ loss: 0.0432, accuracy: 0.9871 }`. */
export type Logs = Record<string, number>;

/**
 * Goes once through a dataset and disposes each batch after its step.
 *
 * @param step what to do with a batch; the loss and metrics of the batch, by tfjs's names
 * @param afterBatch is told the batch's number from 0, its own logs and the means so far; `false` ends the pass
 * @returns the means over all examples that were seen, by Keras's names
 */
export async function runEpoch(
  dataset: tf.data.Dataset<Batch>,
  step: (batch: Batch) => Logs,
  afterBatch?: (batch: number, logs: Logs, means: () => Logs) => Promise<boolean>,
): Promise<Logs> {
  const sums: Logs = {};
  let examples = 0;
  const means = () => Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / examples]));
  const iterator = await dataset.iterator();
  let batch = 0;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const { xs, ys } = next.value;
    const batchSize = xs.shape[0];
    let logs: Logs;
    try {
      logs = kerasNames(step(next.value));
    } finally {
      xs.dispose();
      ys.dispose();
    }
    examples += batchSize;
    for (const [name, value] of Object.entries(logs)) sums[name] = (sums[name] ?? 0) + value * batchSize;
    if (afterBatch !== undefined && !(await afterBatch(batch, logs, means))) break;
    batch++;
    // Steps are synchronous: timers, messages and a stop button get their turn between two of them.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return means();
}

/** tfjs calls accuracy `acc`. */
function kerasNames(logs: Logs): Logs {
  return Object.fromEntries(Object.entries(logs).map(([name, value]) => [name === "acc" ? "accuracy" : name, value]));
}
