import * as aq from "arquero";
import { checkClassNumbers, checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import { checkCounts, checkLabels, range } from "../display/checks";
import { shapedNumbers, type NumberSource } from "../display/numbers";
import { tableView, type TableView } from "./table-view";

/** A square table of more classes than this doesn't fit into memory. */
const MAX_CLASSES = 5000;

/**
 * Counts how often each true class was predicted as each class: `counts[true][predicted]`.
 *
 * @param labels true class numbers, from 0
 * @param predictions predicted class numbers, one for each label
 * @param numClasses the number of classes; by default one more than the largest class number
 * @throws if the lengths differ, a number isn't a class, or the numbers are one-hot rows
 * @see notebooks/11-evaluate.ipynb
 * @example confusionCounts([0, 0, 1], [0, 1, 1]) // [[1, 1], [0, 1]]
 */
export function confusionCounts(labels: NumberSource, predictions: NumberSource, numClasses?: number): number[][] {
  const truth = classNumbers(labels, "confusionCounts: labels");
  const predicted = classNumbers(predictions, "confusionCounts: predictions");
  if (truth.length !== predicted.length) {
    throw new UsageError(
      `confusionCounts: expected as many predictions as labels, found ${predicted.length} and ${truth.length}.`,
    );
  }
  if (numClasses !== undefined) checkWholeNumber("confusionCounts: numClasses", numClasses, 1);
  const largest = Math.max(
    checkClassNumbers("confusionCounts: labels", truth, numClasses),
    checkClassNumbers("confusionCounts: predictions", predicted, numClasses),
  );
  const classes = numClasses ?? largest + 1;
  if (classes > MAX_CLASSES) {
    throw new UsageError(
      `confusionCounts: expected at most ${MAX_CLASSES} classes, found the class number ${largest}. ` +
        "Pass class numbers from 0, not ids.",
    );
  }
  const counts = range(classes).map(() => new Array<number>(classes).fill(0));
  for (let index = 0; index < truth.length; index++) counts[truth[index]][predicted[index]]++;
  return counts;
}

function classNumbers(source: NumberSource, name: string): ArrayLike<number> {
  const { data, shape } = shapedNumbers(source, name);
  if (shape.length !== 1) {
    throw new UsageError(
      `${name}: expected class numbers of shape [count], found [${shape.join(", ")}]. ` +
        "Convert one-hot rows or probabilities with argMax(-1).",
    );
  }
  return data;
}

/** How {@link classificationReport} looks. */
export interface ReportOptions {
  /** The classes' names; by default their numbers. */
  readonly labels?: readonly (string | number)[];
  readonly caption?: string;
}

/**
 * The precision, recall, F1 and support of each class, then the accuracy and the averages, like scikit-learn's
 * `classification_report`.
 *
 * - precision: how many of the examples predicted as the class really are in it;
 * - recall: how many of the examples in the class were predicted as it;
 * - F1: their harmonic mean, 2·p·r / (p + r);
 * - support: how many examples are in the class.
 *
 * A fraction of nothing is shown as –: the precision of a class that was never predicted, or the recall of a class
 * without examples.
 *
 * @param counts square, `counts[true][predicted]`, such as the result of {@link confusionCounts}
 * @throws if `counts` isn't a square matrix of counts, or there isn't one label for each class
 * @see notebooks/11-evaluate.ipynb
 * @example await show(classificationReport(confusionCounts(yTest, predictions)));
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
