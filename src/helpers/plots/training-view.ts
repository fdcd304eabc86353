import { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "../display/bundle";
import { COLORS, GRID, INK } from "../display/colors";
import { escapeHtml } from "../display/markup";
import type { History } from "../history/history";
import { FONT_FAMILY } from "../render/fonts";
import { svgToPng } from "../render/rasterize";
import { measureText } from "../render/text-metrics";

/** The progress of a training run. */
export interface TrainingProgress {
  /** The current epoch, from 1; after the last batch of the last epoch it is `epochs`. */
  readonly epoch: number;
  /** How many epochs the run has. */
  readonly epochs: number;
  /** How many batches of this epoch are done, from 0. */
  readonly batch: number;
  /** Batches in an epoch; undefined in the first epoch of a dataset that doesn't know. */
  readonly batches?: number;
  /** Seconds since the start. */
  readonly seconds: number;
  /** The estimated remaining time in seconds, if there is an estimate. */
  readonly eta?: number;
  /** The finished epochs. */
  readonly history: History<string>;
  /** The mean loss over the batches of the current epoch. */
  readonly lossSoFar?: number;
  /** The mean accuracy over the batches of the current epoch. */
  readonly accuracySoFar?: number;
  /**
   * Earlier values of `lossSoFar` and `accuracySoFar`, drawn as a thin line: a curve before the first epoch is over.
   */
  readonly trail?: readonly TrailPoint[];
}

/** The metrics at one moment of a training run. */
export interface TrailPoint {
  /** How many epochs are done, as a fraction: 1.5 is halfway through the second. */
  readonly epoch: number;
  readonly loss?: number;
  readonly accuracy?: number;
}

const WIDTH = 640;
const BAR = { x: 12, y: 30, width: WIDTH - 24, height: 8 };
const CHART = { top: 70, width: 250, height: 130 };
const CHARTS = [
  { metric: "loss", left: 54 },
  { metric: "accuracy", left: 376 },
] as const;
const HEIGHT = CHART.top + CHART.height + 36;
const SEPARATOR = " · ";
const LINE_FONT = { size: 12, bold: false, italic: false };
const MAX_TRAIL_POINTS = 200;
const TICK_STYLE = `font-size="10" fill="${INK}"`;

/**
 * The live display of a training run: its progress, the remaining time, and the curves of loss and accuracy so far. It
 * builds its SVG directly, which takes less than a millisecond, so that it doesn't slow down the training. At the end
 * of each epoch there is also a PNG (about 15 ms), since JupyterLab doesn't show SVG in notebooks that aren't trusted.
 *
 * @example
 * const progress = { epoch: 1, epochs: 3, batch: 200, batches: 600, seconds: 4, history: { epoch: [], history: {} } };
 * await show(trainingView(progress));
 */
export function trainingView(progress: TrainingProgress): Displayable {
  return { [JUPYTER_DISPLAY]: () => trainingBundle(progress) };
}

function trainingBundle(progress: TrainingProgress): MimeBundle {
  const svg = trainingSvg(progress);
  const text = progressLine(progress);
  if (!isEpochOver(progress)) return { "image/svg+xml": svg, "text/plain": text };
  return { "image/svg+xml": svg, "image/png": Buffer.from(svgToPng(svg)).toString("base64"), "text/plain": text };
}

/** One line for a terminal, like `epoch 2/3 · batch 300/600 · 12 s, 18 s to go · loss 0.0821 · accuracy 0.9750`. */
function progressLine(progress: TrainingProgress): string {
  return progressParts(progress).join(SEPARATOR);
}

/** As much of the line as fits above the bar: a run can have many metrics. */
function shortProgressLine(progress: TrainingProgress): string {
  const parts = progressParts(progress);
  const line = (count: number) => [...parts.slice(0, count), ...(count < parts.length ? ["…"] : [])].join(SEPARATOR);
  let count = parts.length;
  while (count > 1 && measureText(line(count), LINE_FONT).width > BAR.width) count--;
  return line(count);
}

function progressParts(progress: TrainingProgress): string[] {
  const { epoch, epochs, batch, batches, seconds, eta } = progress;
  const done = isDone(progress);
  const parts = done
    ? [`${epochs} ${epochs === 1 ? "epoch" : "epochs"} in ${duration(seconds)}`]
    : [
        `epoch ${epoch}/${epochs}`,
        batches === undefined ? `batch ${batch}` : `batch ${batch}/${batches}`,
        duration(seconds) + (eta !== undefined && Number.isFinite(eta) ? `, ${duration(eta)} to go` : ""),
      ];
  const metrics = isEpochOver(progress)
    ? lastValues(progress.history)
    : { loss: progress.lossSoFar, accuracy: progress.accuracySoFar };
  for (const [name, value] of Object.entries(metrics)) {
    if (value !== undefined) parts.push(`${name} ${shortNumber(value)}`);
  }
  return parts;
}

/** Four decimals, or for small numbers, such as a learning rate, two digits. */
function shortNumber(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001 ? String(Number(value.toPrecision(2))) : value.toFixed(4);
}

function isDone(progress: TrainingProgress): boolean {
  return progress.epoch >= progress.epochs && isEpochOver(progress);
}

/** Whether the epoch is in the history, which it is after its last batch and its validation. */
function isEpochOver({ epoch, history }: TrainingProgress): boolean {
  return history.epoch.length >= epoch;
}

function lastValues(history: History<string>): Record<string, number | undefined> {
  return Object.fromEntries(Object.entries(history.history).map(([name, values]) => [name, values[values.length - 1]]));
}

/** A duration in words: `8.2 s`, `45 s`, `3 min 05 s`, `1 h 02 min`. */
function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}

function trainingSvg(progress: TrainingProgress): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
      `font-family="${FONT_FAMILY}" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    text(BAR.x, 20, shortProgressLine(progress)),
    bar(BAR.width, GRID),
    bar(BAR.width * Math.min(1, Math.max(0, epochsDone(progress) / progress.epochs)), COLORS.training),
    ...CHARTS.map(({ metric, left }) => chart(progress, metric, left)),
    "</svg>",
  ].join("");
}

/** How many epochs are done, as a fraction. */
function epochsDone(progress: TrainingProgress): number {
  const { epoch, epochs, batch, batches } = progress;
  return isDone(progress) ? epochs : epoch - 1 + (batches ? batch / batches : 0);
}

function bar(width: number, color: string): string {
  const { x, y, height } = BAR;
  return `<rect x="${x}" y="${y}" width="${fixed(width)}" height="${height}" rx="4" fill="${color}"/>`;
}

function text(x: number, y: number, content: string, style = `fill="${INK}"`): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${style}>${escapeHtml(content)}</text>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The points of one metric: the finished epochs, and the current one so far. */
interface Curves {
  readonly training: readonly Point[];
  readonly validation: readonly Point[];
  readonly trail: readonly Point[];
  readonly current: Point | undefined;
}

function curvesOf(progress: TrainingProgress, metric: "loss" | "accuracy"): Curves {
  const { history, trail = [] } = progress;
  const curve = (name: string): Point[] =>
    (history.history[name] ?? []).map((y, index) => ({ x: index + 1, y })).filter(isFinitePoint);
  const current = {
    x: epochsDone(progress),
    y: (metric === "loss" ? progress.lossSoFar : progress.accuracySoFar) ?? NaN,
  };
  return {
    training: curve(metric),
    validation: curve(`val_${metric}`),
    trail: thinned(trail.map((point) => ({ x: point.epoch, y: point[metric] ?? NaN })).filter(isFinitePoint)),
    current: isFinitePoint(current) && !isEpochOver(progress) ? current : undefined,
  };
}

function isFinitePoint({ y }: Point): boolean {
  return Number.isFinite(y);
}

/** One metric over the epochs: training blue, validation orange; a hollow dot marks the current state. */
function chart(progress: TrainingProgress, metric: "loss" | "accuracy", left: number): string {
  const { epochs } = progress;
  const { training, validation, trail, current } = curvesOf(progress, metric);
  const thread = [...trail, ...(current ? [current] : [])];
  const values = [...training, ...validation, ...thread].map(({ y }) => y);
  const ticks = niceTicks(
    Math.min(...values, metric === "loss" ? 0 : Infinity),
    Math.max(...values, metric === "loss" ? 0 : 1),
  );
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const bottom = CHART.top + CHART.height;
  const toX = (x: number): number => left + (CHART.width * x) / epochs;
  const toY = (y: number): number => bottom - (CHART.height * (y - low)) / (high - low);
  const toPixels = ({ x, y }: Point): string => `${fixed(toX(x))},${fixed(toY(y))}`;
  const dot = ({ x, y }: Point, radius: number, style: string): string =>
    `<circle cx="${fixed(toX(x))}" cy="${fixed(toY(y))}" r="${radius}" ${style}/>`;
  const line = (points: readonly Point[], style: string): string =>
    `<polyline points="${points.map(toPixels).join(" ")}" fill="none" ${style}/>`;
  const curve = (points: readonly Point[], color: string): string =>
    line(points, `stroke="${color}" stroke-width="2"`) +
    (epochs <= 30 ? points.map((point) => dot(point, 3, `fill="${color}"`)).join("") : "");

  return [
    ...ticks.flatMap((tick) => [
      line(
        [0, epochs].map((x) => ({ x, y: tick })),
        `stroke="${GRID}"`,
      ),
      text(left - 6, toY(tick), tickLabel(tick, ticks), `dy="4" text-anchor="end" ${TICK_STYLE}`),
    ]),
    ...niceTicks(0, epochs, 5)
      .filter((tick) => Number.isInteger(tick) && tick <= epochs)
      .map((tick) => text(toX(tick), bottom + 15, String(tick), `text-anchor="middle" ${TICK_STYLE}`)),
    text(left + CHART.width / 2, bottom + 29, "epoch", `text-anchor="middle" ${TICK_STYLE}`),
    text(left, CHART.top - 9, metric, `font-weight="bold" fill="${INK}"`),
    text(left + 70, CHART.top - 9, "training", `fill="${COLORS.training}"`),
    validation.length > 0 ? text(left + 130, CHART.top - 9, "validation", `fill="${COLORS.validation}"`) : "",
    line(thread, `stroke="${COLORS.training}" stroke-opacity="0.45"`),
    curve(training, COLORS.training),
    curve(validation, COLORS.validation),
    current ? dot(current, 3.5, `fill="white" stroke="${COLORS.training}" stroke-width="2"`) : "",
  ].join("");
}

/** Every second, third, … point, including the last, so that a long training run doesn't make a large SVG. */
function thinned(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / MAX_TRAIL_POINTS);
  return points.filter((_, index) => (points.length - 1 - index) % step === 0);
}

/** Round numbers that cover the range from `low` to `high`, in about `count` steps. */
function niceTicks(low: number, high: number, count = 4): number[] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const span = high > low ? high - low : Math.abs(high) || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999) ?? 10 * power;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function tickLabel(tick: number, ticks: readonly number[]): string {
  const digits = Math.max(0, Math.ceil(-Math.log10(ticks[1] - ticks[0]) - 1e-9));
  return tick.toFixed(Math.min(digits, 6));
}

/** A coordinate rounded to a tenth of a pixel, which keeps the SVG small. */
function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
