import * as aq from "arquero";
import { checkLabels, range } from "../display/checks";
import { shapedNumbers, numbersOf, type NumberSource } from "../display/numbers";
import { tableView, type TableView } from "./table-view";

export interface PredictionOptions {
  readonly caption?: string;
  /** What the classes are called; by default their numbers. */
  readonly classNames?: readonly (string | number)[];
  /** How many rows are shown; 20 by default. */
  readonly limit?: number;
}

/**
 * What a model said of each image: the most probable class, its probability, the runner-up, and whether it is right.
 *
 * @param probabilities shape `[count, classes]`, softmax outputs
 * @param labels true class numbers, shape `[count]`; without them the columns `true` and `right` are left out
 * @throws when the shapes don't fit, a probability is not finite or a label is no class
 */
export function predictionTable(
  probabilities: NumberSource,
  labels?: NumberSource,
  options: PredictionOptions = {},
): TableView {
  const { data, shape } = shapedNumbers(probabilities, "predictionTable: probabilities");
  if (shape.length !== 2 || shape[1] < 2) {
    throw new Error(`predictionTable: expected probabilities of shape [count, classes], found [${shape.join(", ")}].`);
  }
  const [count, classes] = shape;
  const truth = labels === undefined ? undefined : numbersOf(labels, "predictionTable: labels");
  if (truth !== undefined && truth.length !== count) {
    throw new Error(`predictionTable: expected ${count} labels, one for each row, found ${truth.length}.`);
  }
  checkLabels("predictionTable: classNames", options.classNames, classes);
  const name = (label: number): string | number => options.classNames?.[label] ?? label;
  const rows = range(count).map((index) => {
    const row = range(classes).map((label) => data[index * classes + label]);
    const broken = row.find((value) => !Number.isFinite(value));
    if (broken !== undefined)
      throw new Error(
        `predictionTable: expected finite probabilities, found ${broken} for image ${index}. Has the training diverged?`,
      );
    const ranked = range(classes).sort((first, second) => row[second] - row[first]);
    const label = truth?.[index];
    if (label !== undefined && !(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new Error(`predictionTable: expected labels from 0 to ${classes - 1}, found ${label} at index ${index}.`);
    }
    return {
      first: ranked[0],
      probability: row[ranked[0]],
      second: ranked[1],
      secondProbability: row[ranked[1]],
      label,
    };
  });
  const table = aq.table({
    image: range(count),
    predicted: rows.map((row) => name(row.first)),
    probability: rows.map((row) => row.probability),
    "second choice": rows.map((row) => name(row.second)),
    "its probability": rows.map((row) => row.secondProbability),
    ...(truth === undefined
      ? {}
      : {
          true: rows.map((row) => name(row.label ?? 0)),
          right: rows.map((row) => (row.first === row.label ? "yes" : "no")),
        }),
  });
  return tableView(table, {
    caption: options.caption ?? "Predictions",
    limit: options.limit,
    digits: { probability: 4, "its probability": 4 },
  });
}
