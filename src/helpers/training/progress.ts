import { trainingView, type TrainingProgress } from "../plots";
import { showLive } from "../show";
import type { Logs } from "./evaluate";
import type { History } from "./history";

const UPDATE_EVERY_MS = 500;

/** Told by `fit` how far it is. */
export interface ProgressReporter {
  batchEnd(batch: number, means: Logs): Promise<void>;
  epochEnd(): Promise<void>;
  trainEnd(): Promise<void>;
}

/** One output that follows a training run: at most two updates a second, and one at the end of each epoch. */
export async function liveProgress(epochs: number, batches: number, history: History): Promise<ProgressReporter> {
  const start = performance.now();
  let state: TrainingProgress = { epoch: 1, epochs, batch: 0, batches, seconds: 0, history };
  let lastUpdate = start;
  const display = await showLive(trainingView(state));

  const update = async (changes: Partial<TrainingProgress>) => {
    const seconds = (performance.now() - start) / 1000;
    state = { ...state, ...changes, seconds };
    const done = (state.epoch - 1) * batches + state.batch;
    const eta = done > 0 ? (seconds / done) * (epochs * batches - done) : undefined;
    lastUpdate = performance.now();
    await display.update(trainingView({ ...state, eta }));
  };

  return {
    async batchEnd(batch, means) {
      if (performance.now() - lastUpdate < UPDATE_EVERY_MS) return;
      await update({ epoch: history.epoch.length + 1, batch, lossSoFar: means.loss, accuracySoFar: means.accuracy });
      // The kernel's messages go out between two turns of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
    },
    async epochEnd() {
      await update({ epoch: history.epoch.length, batch: batches });
    },
    async trainEnd() {
      await update({ epoch: epochs, batch: batches });
    },
  };
}
