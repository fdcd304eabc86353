import os from "node:os";
import type { MatrixProductRate } from "./contestants";
import type { Measurement } from "./contestants/protocol";
import { median } from "./statistics";

/** A training setting: how many images, the batch size, and how many epochs are timed. */
export interface Setting {
  readonly images: number;
  readonly batchSize: number;
  readonly epochs: number;
}

/** The stored results of a benchmark run. */
export interface Results {
  readonly date: string;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly memoryGB: number;
    readonly platform: string;
  };
  /** The environment variables that every contestant ran with. */
  readonly environment: Readonly<Record<string, string>>;
  readonly versions: Record<string, Record<string, string>>;
  readonly rounds: number;
  readonly matrixProductRate: MatrixProductRate;
  readonly settings: readonly {
    readonly setting: Setting;
    readonly measurements: Record<string, Measurement[]>;
  }[];
}

/** A measured quantity: how to read it from one process's measurement, and its unit. */
interface Quantity {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  readonly value: (measurement: Measurement) => number;
}

export const EPOCH: Quantity = { title: "epoch", unit: "s", digits: 3, value: ({ epochs }) => median(epochs) };

const QUANTITIES: readonly Quantity[] = [
  EPOCH,
  { title: "evaluation of 10,000 images", unit: "s", digits: 3, value: ({ evaluation }) => evaluation },
  { title: "prediction of one image", unit: "ms", digits: 2, value: ({ prediction }) => prediction },
  { title: "load and preprocess", unit: "s", digits: 2, value: ({ load }) => load },
  { title: "start to first batch", unit: "s", digits: 2, value: ({ firstBatch }) => firstBatch },
  { title: "peak memory", unit: "MB", digits: 0, value: ({ peakMemory }) => peakMemory },
];

/**
 * Floating-point operations per image in one training step: a multiplication and an addition for each use of a weight,
 * once in the forward pass, once for the weight's gradient, and once for the gradient of the layer's input, which the
 * first layer doesn't need.
 */
const FLOP_PER_IMAGE = (() => {
  const convolutions = [28 * 28 * 9 * 16, 14 * 14 * 9 * 16 * 32, 7 * 7 * 9 * 32 * 64];
  const dense = [1024 * 256, 256 * 10];
  const products = [...convolutions, ...dense].reduce((sum, count) => sum + count, 0);
  return 2 * (3 * products - convolutions[0]);
})();

export const OURS = "this workbook";

export function machine(): Results["machine"] {
  const cpus = os.cpus();
  return {
    processor: cpus[0].model,
    cores: cpus.length,
    memoryGB: Math.round(os.totalmem() / 2 ** 30),
    platform: `${os.type()} ${os.arch()}`,
  };
}

/** The median of a quantity over all of a contestant's processes. */
export function medianOf(measurements: readonly Measurement[], { value }: Quantity): number {
  return median(measurements.map(value));
}

/** The results as Markdown: a table of medians for each setting, with the ratio of this workbook's in brackets. */
export function markdown({
  date,
  machine,
  environment,
  versions,
  rounds,
  matrixProductRate,
  settings,
}: Results): string {
  const lines = [
    "# Training speed",
    "",
    `Measured ${date} on ${machine.processor}, ${machine.cores} cores, ${machine.memoryGB} GB, ${machine.platform}. ` +
      `Medians of ${rounds} processes each, which took turns (A B C A B C). In brackets: this workbook's value ` +
      "divided by the other's; below 1, the workbook is better.",
    "",
    `- environment: ${Object.entries(environment)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")}`,
    ...Object.entries(versions).map(
      ([name, parts]) =>
        `- ${name}: ${Object.entries(parts)
          .map(([part, version]) => `${part} ${version}`)
          .join(", ")}`,
    ),
    "",
  ];
  for (const { setting, measurements } of settings) {
    const names = Object.keys(measurements);
    lines.push(`## ${setting.images.toLocaleString("en")} images, batch ${setting.batchSize}`, "");
    lines.push(`| | ${names.join(" | ")} |`, `|---|${names.map(() => "---:|").join("")}`);
    for (const quantity of QUANTITIES) {
      const ours = medianOf(measurements[OURS], quantity);
      const cells = names.map((name) => {
        const figure = medianOf(measurements[name], quantity);
        return `${figure.toFixed(quantity.digits)}${name === OURS ? "" : ` (${(ours / figure).toFixed(2)})`}`;
      });
      lines.push(`| ${quantity.title}, ${quantity.unit} | ${cells.join(" | ")} |`);
    }
    const rate = (FLOP_PER_IMAGE * setting.images) / 1e9 / medianOf(measurements[OURS], EPOCH);
    const share = (of: number) => `${((100 * rate) / of).toFixed(0)} %`;
    const { median, best } = matrixProductRate;
    lines.push(
      "",
      `This workbook's epoch computes at ${rate.toFixed(0)} GFLOP/s: ${share(median)} of the machine's rate for ` +
        `matrix products (the median, ${median.toFixed(0)} GFLOP/s), ${share(best)} of the best (${best.toFixed(0)}).`,
      "",
    );
  }
  return lines.join("\n");
}
