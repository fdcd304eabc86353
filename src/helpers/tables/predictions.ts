import * as aq from "arquero";
import { checkClassNumbers } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import { checkLabels, range } from "../display/checks";
import { shapedNumbers, numbersOf, type NumberSource } from "../display/numbers";
import { tableView, type TableView } from "./table-view";

/** How {@link predictionTable} looks. */
export interface PredictionOptions {
  readonly caption?: string;
  /** The classes' names; by default their numbers. */
  readonly classNames?: readonly (string | number)[];
  /** How many rows are shown; 20 by default. */
  readonly limit?: number;
}

/**
 * A model's prediction for each image: the likeliest class, its probability, the runner-up, and whether it is
 * right.
 *
 * @param probabilities softmax outputs, shape `[count, classes]`
 * @param labels true class numbers, shape `[count]`; without them there are no columns `true` and `right`
 * @throws if the shapes don't match, a probability isn't finite or a label isn't a class
 * @see notebooks/11-evaluate.ipynb
 * @example await show(predictionTable(probabilities, yTest));
 */
export function predictionTable(
  probabilities: NumberSource,
  labels?: NumberSource,
  options: PredictionOptions = {},
): TableView {
  const { data, shape } = shapedNumbers(probabilities, "predictionTable: probabilities");
  if (shape.length !== 2 || shape[1] < 2) {
    throw new UsageError(
      `predictionTable: expected probabilities of shape [count, classes], found [${shape.join(", ")}].`,
    );
  }
  const [count, classes] = shape;
  const truth = labels === undefined ? undefined : numbersOf(labels, "predictionTable: labels");
  if (truth !== undefined && truth.length !== count) {
    throw new UsageError(`predictionTable: expected ${count} labels, one for each row, found ${truth.length}.`);
  }
  if (truth !== undefined) checkClassNumbers("predictionTable: labels", truth, classes);
  checkLabels("predictionTable: classNames", options.classNames, classes);
  const name = (label: number): string | number => options.classNames?.[label] ?? label;
  const rows = range(count).map((index) => {
    const row = range(classes).map((label) => data[index * classes + label]);
    const broken = row.find((value) => !Number.isFinite(value));
    if (broken !== undefined) {
      throw new UsageError(
        `predictionTable: expected finite probabilities, found ${broken} for image ${index}. ` +
          "Has the training diverged?",
      );
    }
    // A softmax in 32-bit floats can exceed 1 by a rounding error.
    const impossible = row.find((value) => value < 0 || value > 1 + 1e-5);
    if (impossible !== undefined) {
      throw new UsageError(
        `predictionTable: expected probabilities from 0 to 1, found ${impossible} for image ${index}. ` +
          "Pass softmax outputs, not logits: tf.softmax(logits).",
      );
    }
    const ranked = range(classes).sort((first, second) => row[second] - row[first]);
    return {
      first: ranked[0],
      probability: row[ranked[0]],
      second: ranked[1],
      secondProbability: row[ranked[1]],
      label: truth?.[index],
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
