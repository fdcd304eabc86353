import { trainingView, type TrainingProgress } from "../plots";
import { showLive } from "../show";
import { displaySink } from "../show/sink";
import { terminalSink } from "../show/terminal-sink";
import type { Logs } from "./epoch";
import type { History } from "./history";

const UPDATE_EVERY_MS = 500;

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

/** Updates at most twice a second, and at the end of each epoch. */
async function liveDisplay(epochs: number, batches: number, history: History): Promise<ProgressReporter> {
  const start = performance.now();
  let lastUpdate = start;
  const trail: { epoch: number; loss: number; accuracy: number }[] = [];
  const display = await showLive(trainingView({ epoch: 1, epochs, batch: 0, batches, seconds: 0, history }));

  const update = async (progress: Pick<TrainingProgress, "epoch" | "batch"> & Partial<TrainingProgress>) => {
    const seconds = (performance.now() - start) / 1000;
    const done = (progress.epoch - 1) * batches + progress.batch;
    const eta = (seconds / done) * (epochs * batches - done);
    await display.update(trainingView({ epochs, batches, seconds, eta, history, trail, ...progress }));
    // The kernel's messages go out between two turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    lastUpdate = performance.now();
  };

  return {
    async batchEnd(batch, means) {
      if (performance.now() - lastUpdate < UPDATE_EVERY_MS) return;
      const { loss, accuracy } = means();
      trail.push({ epoch: history.epoch.length + batch / batches, loss, accuracy });
      await update({ epoch: history.epoch.length + 1, batch, lossSoFar: loss, accuracySoFar: accuracy });
    },
    async epochEnd() {
      await update({ epoch: history.epoch.length, batch: batches });
    },
    async trainEnd() {
      const trained = history.epoch.length;
      if (trained > 0 && trained < epochs) await update({ epoch: trained, epochs: trained, batch: batches });
    },
  };
}

function linePerEpoch(epochs: number, history: History): ProgressReporter {
  let start = performance.now();
  return {
    async batchEnd() {},
    async epochEnd() {
      const seconds = (performance.now() - start) / 1000;
      start = performance.now();
      const metrics = Object.entries(history.history).map(([name, values]) => `${name} ${values[values.length - 1].toFixed(4)}`);
      console.log([`Epoch ${history.epoch.length}/${epochs}`, `${seconds.toFixed(1)} s`, ...metrics].join(" · "));
    },
    async trainEnd() {},
  };
}
