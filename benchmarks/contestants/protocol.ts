/** What a contestant is asked to do; JSON in its last argument. */
export interface Task {
  /** Training images, from the start of MNIST's training set. */
  readonly images: number;
  readonly batchSize: number;
  /** Epochs that are timed; one more comes before them. */
  readonly epochs: number;
  /** When the process was started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Where MNIST's four IDX files lie. */
  readonly mnist: string;
}

/** What it measured; JSON in the last line of its standard output. */
export interface Measurement {
  /** Seconds of each timed epoch. */
  readonly epochs: number[];
  /** Loss of the last epoch: a contestant that does not learn is out. */
  readonly loss: number;
  /** Seconds to read and preprocess the training images and the 10,000 test images. */
  readonly load: number;
  /** Seconds from the start of the process to the end of the first training step. */
  readonly firstBatch: number;
  /** Seconds for loss and accuracy of the 10,000 test images. */
  readonly evaluation: number;
  /** Milliseconds for the prediction of one image. */
  readonly prediction: number;
  /** The most memory that the process held, in MB. */
  readonly peakMemory: number;
  readonly versions: Record<string, string>;
}

export function readTask(): Task {
  return JSON.parse(process.argv.at(-1)!) as Task;
}

export function report(measurement: Omit<Measurement, "peakMemory">): void {
  // Kilobytes on Linux and macOS alike: Node converts.
  const peakMemory = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ ...measurement, peakMemory } satisfies Measurement));
}

export function seconds(): number {
  return performance.now() / 1000;
}

/** The median of `count` timings in seconds, after one that does not count. */
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
