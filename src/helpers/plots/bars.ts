import { checkDigits, checkLabels, range } from "../display/checks";
import { numbersOf, type NumberSource } from "../display/numbers";
import { makeFigure, type Figure } from "../render/plotly/figure";
import { axis, baseLayout, COLORS, plainLabel } from "./layout";

export interface BarOptions {
  readonly title?: string;
  readonly xTitle?: string;
  readonly yTitle?: string;
  /** One name for each bar; by default its index. */
  readonly labels?: readonly (string | number)[];
  /** Lowest and highest value of the axis; by default from 0 to a little above the largest bar. */
  readonly range?: readonly [number, number];
  /** Decimal places of the numbers on the bars; by default none for whole numbers, else 3. */
  readonly digits?: number;
}

/**
 * One bar for each value, for example an accuracy for each class, with its number written on it.
 *
 * @throws when there are no values, or `labels` don't match
 */
export function barFigure(values: NumberSource, options: BarOptions = {}): Figure {
  const bars = Array.from(numbersOf(values, "barFigure"));
  checkDigits("barFigure", options.digits);
  if (bars.length === 0) throw new Error("barFigure: expected at least one value, found none.");
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

export interface ProbabilityOptions {
  readonly title?: string;
  /** What the classes are called; by default their numbers. */
  readonly labels?: readonly (string | number)[];
  /** Index of the true class. */
  readonly trueLabel?: number;
}

/**
 * What a model believes of one image: one bar for each class. The predicted class is drawn green when it is
 * `trueLabel`, red when it is not, blue when the truth is not given.
 *
 * @param probabilities one for each class, 0 to 1
 * @throws when a probability is outside 0..1 or `trueLabel` is no class
 */
export function probabilityFigure(probabilities: NumberSource, options: ProbabilityOptions = {}): Figure {
  const values = Array.from(numbersOf(probabilities, "probabilityFigure"));
  checkLabels("probabilityFigure: labels", options.labels, values.length);
  const { trueLabel } = options;
  values.forEach((value, index) => {
    // A softmax in 32-bit floats may end a hair above 1.
    if (!(value >= 0 && value <= 1 + 1e-5)) {
      throw new Error(
        `probabilityFigure: expected probabilities from 0 to 1, found ${value} for class ${index}. Pass softmax outputs, not logits.`,
      );
    }
  });
  if (trueLabel !== undefined && !(Number.isInteger(trueLabel) && trueLabel >= 0 && trueLabel < values.length)) {
    throw new Error(`probabilityFigure: expected trueLabel from 0 to ${values.length - 1}, found ${trueLabel}.`);
  }
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
    color: values.map((_, index) => (index === predicted ? highlight : "#c7c7c7")),
    line: { color: COLORS.right, width: values.map((_, index) => (index === trueLabel ? 3 : 0)) },
  };
  if (trueLabel !== undefined) {
    const name = (index: number): string => plainLabel(options.labels?.[index] ?? index);
    figure.layout.xaxis = axis(`class (predicted ${name(predicted)}, true ${name(trueLabel)})`, { type: "category" });
  }
  return figure;
}
