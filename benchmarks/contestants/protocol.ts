/** The task of a contestant, passed as JSON in its last argument. */
export interface Task {
  /** Number of training images, taken from the start of MNIST's training set. */
  readonly images: number;
  readonly batchSize: number;
  /** Timed epochs; one warm-up epoch comes before them. */
  readonly epochs: number;
  /** Start time of the process, in milliseconds since 1970. */
  readonly startedAt: number;
  /** The folder of MNIST's four IDX files. */
  readonly mnist: string;
}

/** What a contestant measured, printed as JSON in its last line. */
export interface Measurement {
  /** Seconds for each timed epoch. */
  readonly epochs: number[];
  /** Loss of the last epoch: a contestant that doesn't learn is disqualified. */
  readonly loss: number;
  /** Seconds to read and preprocess the training images and the 10,000 test images. */
  readonly load: number;
  /** Seconds from the start of the process to the end of the first training step. */
  readonly firstBatch: number;
  /** Seconds to compute loss and accuracy on the 10,000 test images. */
  readonly evaluation: number;
  /** Milliseconds to predict one image. */
  readonly prediction: number;
  /** Peak memory of the process, in MB. */
  readonly peakMemory: number;
  readonly versions: Record<string, string>;
}

export function readTask(): Task {
  return JSON.parse(process.argv.at(-1)!) as Task;
}

export function report(measurement: Omit<Measurement, "peakMemory">): void {
  // In kilobytes on both Linux and macOS: Node converts.
  const peakMemory = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ ...measurement, peakMemory } satisfies Measurement));
}

export function seconds(): number {
  return performance.now() / 1000;
}

/** The median of `count` timings in seconds, after a warm-up. */
export async function medianSeconds(count: number, run: () => unknown): Promise<number> {
  await run();
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = seconds();
    await run();
    times.push(seconds() - start);
  }
  return times.sort((a, b) => a - b)[Math.floor(count / 2)];
}
