import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import { checkDigits, checkLabels, range } from "../display/checks";
import { COLORS } from "../display/colors";
import { numbersOf, shapedNumbers, type NumberSource } from "../display/numbers";
import type { Figure } from "../render/plotly/figure";
import { makeFigure } from "../render/plotly/make-figure";
import { axis, baseLayout, plainLabel } from "./layout";

/** How {@link barFigure} looks. */
export interface BarOptions {
  readonly title?: string;
  readonly xTitle?: string;
  readonly yTitle?: string;
  /** The bars' names; by default their indices. */
  readonly labels?: readonly (string | number)[];
  /** The ends of the value axis; by default 0 and a little more than the largest bar. */
  readonly range?: readonly [number, number];
  /** Decimal places of the numbers on the bars; by default 0 if all are whole numbers, otherwise 3. */
  readonly digits?: number;
}

/**
 * One bar for each value, labelled with its number, for example the accuracy of each class.
 *
 * @param values the bars' values
 * @throws if there are no values, or not one label for each
 * @see notebooks/04-load.ipynb
 * @example await show(barFigure([0.991, 0.984, 0.973], { title: "Accuracy of each class", yTitle: "accuracy" }));
 */
export function barFigure(values: NumberSource, options: BarOptions = {}): Figure {
  const bars = Array.from(numbersOf(values, "barFigure"));
  checkDigits("barFigure", options.digits);
  if (bars.length === 0) throw new UsageError("barFigure: expected at least one value, found none.");
  checkLabels("barFigure: labels", options.labels, bars.length);
  const digits = options.digits ?? (bars.every(Number.isInteger) ? 0 : 3);
  return makeFigure(
    [
      {
        type: "bar",
        x: (options.labels ?? range(bars.length)).map(plainLabel),
        y: bars,
        text: bars.map((value) => value.toFixed(digits)),
        textposition: "outside",
        marker: { color: COLORS.training },
        hoverinfo: "x+y",
      },
    ],
    {
      ...baseLayout(options.title, { width: 700, height: 360 }),
      xaxis: axis(options.xTitle ?? "class", { type: "category" }),
      yaxis: axis(
        options.yTitle ?? "value",
        options.range === undefined ? { rangemode: "tozero" } : { range: [...options.range] },
      ),
    },
  );
}

/** How {@link probabilityFigure} looks. */
export interface ProbabilityOptions {
  readonly title?: string;
  /** The classes' names; by default their numbers. */
  readonly labels?: readonly (string | number)[];
  /** The true class. */
  readonly trueLabel?: number;
}

/**
 * A model's prediction for one image: one bar for each class. The predicted class is green if it is `trueLabel`, red if
 * it isn't, and blue if there is no `trueLabel`.
 *
 * @param probabilities one for each class, 0 to 1
 * @throws if a probability is outside 0..1 or `trueLabel` isn't a class
 * @see notebooks/00-quickstart.ipynb
 * @example await show(probabilityFigure([0.02, 0.71, 0.25, 0.02], { trueLabel: 2 }));
 */
export function probabilityFigure(probabilities: NumberSource, options: ProbabilityOptions = {}): Figure {
  const { data, shape } = shapedNumbers(probabilities, "probabilityFigure");
  const values = Array.from(data);
  if (shape.slice(0, -1).some((size) => size !== 1)) {
    throw new UsageError(
      `probabilityFigure: expected the probabilities of one image, found [${shape.join(", ")}]. Pass one row.`,
    );
  }
  checkLabels("probabilityFigure: labels", options.labels, values.length);
  const { trueLabel } = options;
  values.forEach((value, index) => {
    // A softmax in 32-bit floats can exceed 1 by a rounding error.
    if (!(value >= 0 && value <= 1 + 1e-5)) {
      throw new UsageError(
        `probabilityFigure: expected probabilities from 0 to 1, found ${value} for class ${index}. ` +
          "Pass softmax outputs, not logits.",
      );
    }
  });
  if (trueLabel !== undefined) checkWholeNumber("probabilityFigure: trueLabel", trueLabel, 0, values.length - 1);
  const figure = barFigure(values, {
    labels: options.labels,
    title: options.title ?? "Predicted probabilities",
    yTitle: "probability",
    range: [0, 1.1],
    digits: 2,
  });
  const predicted = values.indexOf(Math.max(...values));
  const highlight = trueLabel === undefined ? COLORS.training : predicted === trueLabel ? COLORS.right : COLORS.wrong;
  figure.data[0].marker = {
    color: values.map((_, index) => (index === predicted ? highlight : COLORS.unchosen)),
    line: { color: COLORS.right, width: values.map((_, index) => (index === trueLabel ? 3 : 0)) },
  };
  if (trueLabel !== undefined) {
    const name = (index: number): string => plainLabel(options.labels?.[index] ?? index);
    figure.layout.xaxis = axis(`class (predicted ${name(predicted)}, true ${name(trueLabel)})`, { type: "category" });
  }
  return figure;
}
