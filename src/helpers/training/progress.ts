import type { History } from "../history/history";
import { trainingView, type TrainingProgress } from "../plots";
import { showLive } from "../show";
import { displaySink } from "../show/current-sink";
import { terminalSink } from "../show/terminal-sink";
import type { Logs } from "./epoch";

const UPDATE_EVERY_MS = 500;
/** The share of a training's time that its display may take. */
const MOST_OF_THE_TIME = 0.02;

/** Told by `fit` how far it is. */
export interface ProgressReporter {
  batchEnd(batch: number, means: () => Logs): Promise<void>;
  epochEnd(): Promise<void>;
  /** The training has ended, perhaps before its last epoch. */
  trainEnd(): Promise<void>;
}

/** Shows how a training run goes on: one output that changes where that is possible, a line per epoch in a terminal. */
export async function reportProgress(epochs: number, batches: number, history: History): Promise<ProgressReporter> {
  return displaySink() === terminalSink ? linePerEpoch(epochs, history) : liveDisplay(epochs, batches, history);
}

/**
 * Updates at most twice a second and at the ends of epochs, but leaves one out when looking on has taken more than its share of the time. The
 * last frame is always drawn: it is what a saved notebook keeps.
 */
async function liveDisplay(epochs: number, batches: number, history: History): Promise<ProgressReporter> {
  const trail: { epoch: number; loss: number; accuracy: number }[] = [];
  const display = await showLive(trainingView({ epoch: 1, epochs, batch: 0, batches, seconds: 0, history }));
  const start = performance.now();
  let lastBatch = start;
  let lastUpdate = start;
  let validating = 0;
  let drawing = 0;
  /** Of the frames at the ends of epochs, which have a PNG. */
  let dearest = 0;

  const update = async (progress: Pick<TrainingProgress, "epoch" | "batch"> & Partial<TrainingProgress>) => {
    const begin = performance.now();
    const seconds = (begin - start) / 1000;
    const done = (progress.epoch - 1) * batches + progress.batch;
    const eta = timeToGo({
      seconds,
      validating: validating / 1000,
      done,
      batches,
      finished: history.epoch.length,
      epochs,
    });
    await display.update(trainingView({ epochs, batches, seconds, eta, history, trail, ...progress }));
    // The kernel's messages go out between two turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    lastUpdate = performance.now();
    drawing += lastUpdate - begin;
    if (progress.lossSoFar === undefined) dearest = Math.max(dearest, lastUpdate - begin);
  };

  /** Whether there is time for as much as `more` milliseconds. */
  const hasTimeFor = (more: number): boolean => drawing + more <= MOST_OF_THE_TIME * (performance.now() - start);

  return {
    async batchEnd(batch, means) {
      lastBatch = performance.now();
      if (lastBatch - lastUpdate < UPDATE_EVERY_MS || !hasTimeFor(0)) return;
      const { loss, accuracy } = means();
      trail.push({ epoch: history.epoch.length + batch / batches, loss, accuracy });
      await update({ epoch: history.epoch.length + 1, batch, lossSoFar: loss, accuracySoFar: accuracy });
    },
    async epochEnd() {
      validating += performance.now() - lastBatch;
      // For this one and the last, which is always drawn.
      if (history.epoch.length === epochs || hasTimeFor(2 * dearest))
        await update({ epoch: history.epoch.length, batch: batches });
    },
    async trainEnd() {
      const trained = history.epoch.length;
      if (trained > 0 && trained < epochs) await update({ epoch: trained, epochs: trained, batch: batches });
    },
  };
}

/** How far a training is: times in seconds, `done` batches of `batches` in each epoch, `finished` epochs with their validation. */
interface Pace {
  readonly seconds: number;
  /** The part of `seconds` that went into validation. */
  readonly validating: number;
  readonly done: number;
  readonly batches: number;
  readonly finished: number;
  readonly epochs: number;
}

/** Seconds to go: the batches to come at the pace so far, and as many validations as there are epochs to finish. */
export function timeToGo({ seconds, validating, done, batches, finished, epochs }: Pace): number {
  const perBatch = (seconds - validating) / done;
  const perValidation = finished === 0 ? 0 : validating / finished;
  return perBatch * (epochs * batches - done) + perValidation * (epochs - finished);
}

function linePerEpoch(epochs: number, history: History): ProgressReporter {
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
  };
}
