import assert from "node:assert/strict";
import { test } from "vitest";
import { runBenchmarks } from "../../benchmarks";
import type { Measurement } from "../../benchmarks/contestants/protocol";
import { OURS, type Results, markdown } from "../../benchmarks/report";
import { median } from "../../benchmarks/statistics";

const measurement = (epoch: number, peakMemory: number): Measurement => ({
  epochs: [epoch, 9, epoch],
  loss: 0.1,
  load: 1,
  firstBatch: 2,
  evaluation: 0.5,
  prediction: 0.25,
  peakMemory,
  versions: {},
});

const results: Results = {
  date: "2026-01-02",
  machine: { processor: "A Processor", cores: 2, memoryGB: 8, platform: "Linux x64" },
  environment: { TF_ENABLE_ONEDNN_OPTS: "1" },
  versions: { Keras: { keras: "3.0" } },
  rounds: 3,
  matrixProductRate: { median: 200, best: 250 },
  settings: [
    {
      setting: { images: 10_000, batchSize: 100, epochs: 3 },
      measurements: {
        [OURS]: [measurement(3, 500), measurement(1, 500), measurement(1, 500)],
        Keras: [measurement(2, 1000), measurement(2, 1000), measurement(8, 1000)],
      },
    },
  ],
};

test("computes the median of odd and even counts, and rejects an empty list", () => {
  assert.equal(median([5, 1, 3]), 3);
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.throws(() => median([]), /at least one value/);
});

test("reports the medians of the processes, our ratios to the others, and the share of the machine's peak rate", () => {
  const table = markdown(results);
  assert.match(table, /\| epoch, s \| 1\.000 \| 2\.000 \(0\.50\) \|/);
  assert.match(table, /\| peak memory, MB \| 500 \| 1000 \(0\.50\) \|/);
  // 12.88 MFLOP for an image, 10,000 images in a second, of 200 GFLOP/s.
  assert.match(
    table,
    /at 129 GFLOP\/s: 64 % of the machine's rate for matrix products \(.*200 GFLOP\/s\), 52 % of the best \(250\)/,
  );
  assert.match(table, /environment: TF_ENABLE_ONEDNN_OPTS=1/);
  assert.match(table, /Keras: keras 3\.0/);
});

test("rejects an unknown option before it installs anything", async () => {
  await assert.rejects(runBenchmarks(["--slow"]), /There is no option "--slow"/);
});
