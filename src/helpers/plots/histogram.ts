import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import { SERIES_COLORS } from "../display/colors";
import { numbersOf, type NumberSource } from "../display/numbers";
import type { Figure } from "../render/plotly/figure";
import { makeFigure } from "../render/plotly/make-figure";
import { axis, baseLayout, plainLabel } from "./layout";

/** How {@link histogramFigure} looks. */
export interface HistogramOptions {
  readonly title?: string;
  readonly xTitle?: string;
  /** How many bars there are from the smallest to the largest value; 40 by default. */
  readonly bins?: number;
}

/**
 * The distribution of values, for example of a layer's weights or activations. The values are counted here and only the
 * counts go into the figure, so it is small however many values there are.
 *
 * @param values one series, or several by name, which then share their bins
 * @throws if there are no finite values, or a tensor was disposed
 * @see notebooks/05-preprocess.ipynb
 * @example await show(histogramFigure(model.layers[0].getWeights()[0], { xTitle: "weight" }));
 */
export function histogramFigure(
  values: NumberSource | Record<string, NumberSource>,
  options: HistogramOptions = {},
): Figure {
  const bins = checkWholeNumber("histogramFigure: bins", options.bins ?? 40, 1);
  const series = Object.entries(isNumberSource(values) ? { values } : values).map(
    ([name, source]) => [name, numbersOf(source, `histogramFigure: ${name}`)] as const,
  );
  const [low, high] = limits(series.map(([, numbers]) => numbers));
  const width = (high - low) / bins;
  const notFinite: string[] = [];
  const data = series.map(([name, numbers], index): Figure["data"][number] => {
    const counts = new Array<number>(bins).fill(0);
    let skipped = 0;
    for (let position = 0; position < numbers.length; position++) {
      const value = numbers[position];
      if (Number.isFinite(value)) counts[Math.min(bins - 1, Math.floor((value - low) / width))]++;
      else skipped++;
    }
    if (skipped > 0)
      notFinite.push(`${plainLabel(name)}: ${skipped} of ${numbers.length} values aren't finite and are left out`);
    return {
      type: "bar",
      name: plainLabel(name),
      x: counts.map((_, bin) => low + (bin + 0.5) * width),
      y: counts,
      width,
      opacity: series.length > 1 ? 0.6 : 1,
      marker: { color: SERIES_COLORS[index % SERIES_COLORS.length] },
      showlegend: series.length > 1,
    };
  });
  const title = [options.title, ...notFinite].filter((line) => line !== undefined).join("<br>");
  return makeFigure(data, {
    ...baseLayout(title === "" ? undefined : title, { width: 700, height: 360 }),
    barmode: "overlay",
    bargap: 0,
    xaxis: axis(options.xTitle ?? "value"),
    yaxis: axis("count"),
  });
}

/** The smallest and the largest finite value, or a range of 1 around a single one. */
function limits(series: readonly ArrayLike<number>[]): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const numbers of series) {
    for (let index = 0; index < numbers.length; index++) {
      if (!Number.isFinite(numbers[index])) continue;
      low = Math.min(low, numbers[index]);
      high = Math.max(high, numbers[index]);
    }
  }
  if (low > high) throw new UsageError("histogramFigure: expected at least one finite value, found none.");
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function isNumberSource(values: NumberSource | Record<string, NumberSource>): values is NumberSource {
  return (
    typeof values !== "object" ||
    values === null ||
    Array.isArray(values) ||
    ArrayBuffer.isView(values) ||
    "dataSync" in values ||
    "shape" in values
  );
}
