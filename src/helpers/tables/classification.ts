import * as aq from "arquero";
import { checkCounts, checkLabels, range } from "../display/checks";
import { numbersOf, type NumberSource } from "../display/numbers";
import { tableView, type TableView } from "./table-view";

/**
 * Counts how often each true class was predicted as each class: `counts[true][predicted]`.
 *
 * @param labels true class numbers, from 0
 * @param predictions predicted class numbers, as many
 * @param numClasses by default one more than the largest number seen
 * @throws when the lengths differ or a number is no class
 */
export function confusionCounts(labels: NumberSource, predictions: NumberSource, numClasses?: number): number[][] {
  const truth = numbersOf(labels, "confusionCounts: labels");
  const predicted = numbersOf(predictions, "confusionCounts: predictions");
  if (truth.length !== predicted.length) {
    throw new Error(
      `confusionCounts: expected as many predictions as labels, found ${predicted.length} and ${truth.length}.`,
    );
  }
  if (numClasses !== undefined && !(Number.isInteger(numClasses) && numClasses >= 1)) {
    throw new Error(`confusionCounts: expected numClasses to be a whole number from 1, found ${numClasses}.`);
  }
  let largest = -1;
  const check = (value: number, name: string, index: number): void => {
    if (!Number.isInteger(value) || value < 0 || (numClasses !== undefined && value >= numClasses)) {
      const allowed = numClasses === undefined ? "a whole number from 0" : `a class from 0 to ${numClasses - 1}`;
      throw new Error(`confusionCounts: expected ${allowed}, found ${value} in ${name} at index ${index}.`);
    }
    largest = Math.max(largest, value);
  };
  for (let index = 0; index < truth.length; index++) {
    check(truth[index], "labels", index);
    check(predicted[index], "predictions", index);
  }
  const classes = numClasses ?? largest + 1;
  const counts = range(classes).map(() => new Array<number>(classes).fill(0));
  for (let index = 0; index < truth.length; index++) counts[truth[index]][predicted[index]]++;
  return counts;
}

export interface ReportOptions {
  readonly labels?: readonly (string | number)[];
  readonly caption?: string;
}

/**
 * Precision, recall, F1 and support of each class, then accuracy and the averages, as scikit-learn's `classification_report`.
 *
 * - precision: of all that were predicted as the class, the share that is it;
 * - recall: of all that are the class, the share that was found;
 * - F1: their harmonic mean, 2·p·r / (p + r);
 * - support: how many examples are the class.
 *
 * A share of nothing (a class that was never predicted, or has no example) is not a number and shown as –.
 *
 * @param counts square, `counts[true][predicted]`; {@link confusionCounts} makes it from labels and predictions
 * @throws when `counts` is not a square matrix of counts, or the labels don't match
 */
export function classificationReport(counts: readonly (readonly number[])[], options: ReportOptions = {}): TableView {
  const classes = checkCounts("classificationReport", counts);
  checkLabels("classificationReport: labels", options.labels, classes);
  const total = sum(counts.map(sum));
  const rows = range(classes).map((label) => {
    const right = counts[label][label];
    const support = sum(counts[label]);
    const precision = share(right, sum(counts.map((row) => row[label])));
    const recall = share(right, support);
    return {
      name: String(options.labels?.[label] ?? label),
      precision,
      recall,
      f1: harmonicMean(precision, recall),
      support,
    };
  });
  const accuracy = share(sum(range(classes).map((label) => counts[label][label])), total);
  const average = (name: string, weight: (support: number) => number) => {
    const mean = (values: (number | null)[]): number | null => {
      const weights = rows.map(({ support }) => weight(support));
      return share(sum(values.map((value, index) => (value ?? 0) * weights[index])), sum(weights));
    };
    return {
      name,
      precision: mean(rows.map((row) => row.precision)),
      recall: mean(rows.map((row) => row.recall)),
      f1: mean(rows.map((row) => row.f1)),
      support: total,
    };
  };
  const all = [
    ...rows,
    { name: "accuracy", precision: null, recall: null, f1: accuracy, support: total },
    average("macro average", () => 1),
    average("weighted average", (support) => support),
  ];
  const table = aq.table({
    class: all.map((row) => row.name),
    precision: all.map((row) => row.precision),
    recall: all.map((row) => row.recall),
    F1: all.map((row) => row.f1),
    support: all.map((row) => row.support),
  });
  return tableView(table, {
    caption: options.caption ?? "Classification report",
    limit: all.length,
    digits: { precision: 3, recall: 3, F1: 3 },
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function harmonicMean(precision: number | null, recall: number | null): number | null {
  if (precision === null || recall === null) return null;
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}
