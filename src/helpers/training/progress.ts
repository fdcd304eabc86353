import type { History, Logs } from "../history/history";
import { trainingView, type TrainingProgress } from "../plots";
import { displaySink } from "../show/current-sink";
import { terminalSink } from "../show/terminal-sink";
import { stoppableDisplay } from "./stoppable-display";

const UPDATE_EVERY_MS = 500;
/** The largest share of the training time that the display may take. */
const MAX_DISPLAY_SHARE = 0.02;

/** `fit` calls these as it gets along. */
export interface ProgressReporter {
  batchEnd(batch: number, means: () => Logs<string>): Promise<void>;
  epochEnd(): Promise<void>;
  /** Training has ended, perhaps before its last epoch. */
  trainEnd(): Promise<void>;
  /** Nothing more comes, because training has ended or failed. */
  close(): Promise<void>;
}

/**
 * Shows the progress of a training run: one output that changes where that is possible, a line per epoch in a terminal.
 *
 * @param batches in an epoch, if that is known
 * @param stop asks the training to end after the batch; called by a button, where there can be one
 */
export async function reportProgress(
  epochs: number,
  batches: number | undefined,
  history: History<string>,
  stop: () => void,
): Promise<ProgressReporter> {
  return displaySink() === terminalSink ? linePerEpoch(epochs, history) : liveDisplay(epochs, batches, history, stop);
}

/**
 * Updates at most twice a second and at the ends of epochs, but skips frames once drawing has taken more than its share
 * of the time. The last frame is always drawn: it is what a saved notebook keeps.
 */
async function liveDisplay(
  epochs: number,
  size: number | undefined,
  history: History<string>,
  stop: () => void,
): Promise<ProgressReporter> {
  /** If the dataset doesn't know it, that of the epoch before. */
  let batches = size;
  let batchesSoFar = 0;
  let done = 0;
  const trail: { epoch: number; loss: number; accuracy: number }[] = [];
  const first = trainingView({ epoch: 1, epochs, batch: 0, batches, seconds: 0, history });
  const display = await stoppableDisplay(first, stop);
  const start = performance.now();
  let lastBatch = start;
  let lastUpdate = start;
  let validatingMs = 0;
  let drawingMs = 0;
  /** Among the frames at the ends of epochs, which have a PNG. */
  let slowestFrameMs = 0;

  const update = async (progress: Pick<TrainingProgress, "epoch" | "batch"> & Partial<TrainingProgress>) => {
    const begin = performance.now();
    const seconds = (begin - start) / 1000;
    const finished = history.epoch.length;
    const validatingSeconds = validatingMs / 1000;
    const eta =
      batches === undefined ? undefined : timeLeft({ seconds, validatingSeconds, done, batches, finished, epochs });
    await display.update(trainingView({ epochs, batches, seconds, eta, history, trail, ...progress }));
    // The kernel's messages go out between two turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    lastUpdate = performance.now();
    drawingMs += lastUpdate - begin;
    if (progress.lossSoFar === undefined) slowestFrameMs = Math.max(slowestFrameMs, lastUpdate - begin);
  };

  /** Whether the display may take this many milliseconds more. */
  const hasTimeFor = (moreMs: number): boolean => drawingMs + moreMs <= MAX_DISPLAY_SHARE * (performance.now() - start);

  return {
    async batchEnd(batch, means) {
      lastBatch = performance.now();
      batchesSoFar = batch;
      done++;
      if (batches !== undefined) batches = Math.max(batches, batch); // It may be longer than the epoch before.
      if (lastBatch - lastUpdate < UPDATE_EVERY_MS || !hasTimeFor(0)) return;
      const { loss, accuracy } = means();
      if (batches !== undefined) trail.push({ epoch: history.epoch.length + batch / batches, loss, accuracy });
      await update({ epoch: history.epoch.length + 1, batch, lossSoFar: loss, accuracySoFar: accuracy });
    },
    async epochEnd() {
      validatingMs += performance.now() - lastBatch;
      if (size === undefined) batches = batchesSoFar;
      // Time for this frame and the last, which is always drawn.
      if (history.epoch.length === epochs || hasTimeFor(2 * slowestFrameMs))
        await update({ epoch: history.epoch.length, batch: batchesSoFar });
    },
    async trainEnd() {
      const trained = history.epoch.length;
      if (trained > 0 && trained < epochs) await update({ epoch: trained, epochs: trained, batch: batchesSoFar });
    },
    close: () => display.close(),
  };
}

/** How far training has come: `done` batches of `batches` per epoch, `finished` epochs with their validation. */
interface Pace {
  readonly seconds: number;
  /** The part of `seconds` that went into validation. */
  readonly validatingSeconds: number;
  readonly done: number;
  readonly batches: number;
  readonly finished: number;
  readonly epochs: number;
}

/** Seconds left: the remaining batches at the pace so far, and one validation per remaining epoch. */
export function timeLeft({ seconds, validatingSeconds, done, batches, finished, epochs }: Pace): number {
  const perBatch = (seconds - validatingSeconds) / done;
  const perValidation = finished === 0 ? 0 : validatingSeconds / finished;
  return perBatch * (epochs * batches - done) + perValidation * (epochs - finished);
}

function linePerEpoch(epochs: number, history: History<string>): ProgressReporter {
  let start = performance.now();
  return {
    async batchEnd() {},
    async epochEnd() {
      const seconds = (performance.now() - start) / 1000;
      start = performance.now();
      const metrics = Object.entries(history.history).map(
        ([name, values]) => `${name} ${values[values.length - 1].toFixed(4)}`,
      );
      console.log([`Epoch ${history.epoch.length}/${epochs}`, `${seconds.toFixed(1)} s`, ...metrics].join(" · "));
    },
    async trainEnd() {},
    async close() {},
  };
}
