import { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import type { History } from "../history/history";
import { FONT_FAMILY } from "../render/fonts";
import { svgToPng } from "../render/rasterize";
import { COLORS } from "./layout";

/** How far a training run has come. */
export interface TrainingProgress {
  /** The epoch that runs, from 1; after the last batch of the last epoch it is `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Batches of this epoch that are done, 0 to `batches`. */
  readonly batch: number;
  readonly batches: number;
  /** Seconds since the start. */
  readonly seconds: number;
  /** Seconds to go, as far as one can tell. */
  readonly eta?: number;
  /** The epochs that are finished. */
  readonly history: History;
  /** Mean over the batches of the running epoch. */
  readonly lossSoFar?: number;
  readonly accuracySoFar?: number;
  /** What `lossSoFar` and `accuracySoFar` were at earlier looks, drawn as a thin line: the curve before the first epoch is over. */
  readonly trail?: readonly TrailPoint[];
}

/** A look at a running training. */
export interface TrailPoint {
  /** Epochs done, with the share of the running one: 1.5 is halfway through the second. */
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
const MOST_TRAIL_POINTS = 200;
const INK = "#333333";
const GRID = "#e4e4e4";

/**
 * A running training as one output: progress, time to go, and the curves of loss and accuracy so far. It is written as
 * SVG by hand, which takes less than a millisecond, so that looking on costs no training time. The view at the end of an
 * epoch, which may be the last, has a PNG too (about 15 ms): JupyterLab draws no SVG in a notebook that is not trusted yet.
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

/** One line for a terminal, such as `epoch 2/3 · batch 300/600 · 12 s, 18 s to go · loss 0.0821 · accuracy 0.975`. */
export function progressLine(progress: TrainingProgress): string {
  const { epoch, epochs, batch, batches, seconds, eta } = progress;
  const done = isDone(progress);
  const parts = done
    ? [`${epochs} ${epochs === 1 ? "epoch" : "epochs"} in ${duration(seconds)}`]
    : [
        `epoch ${epoch}/${epochs}`,
        `batch ${batch}/${batches}`,
        duration(seconds) + (eta !== undefined && Number.isFinite(eta) ? `, ${duration(eta)} to go` : ""),
      ];
  const metrics = isEpochOver(progress)
    ? lastValues(progress.history)
    : { loss: progress.lossSoFar, accuracy: progress.accuracySoFar };
  for (const [name, value] of Object.entries(metrics)) {
    if (value !== undefined) parts.push(`${name} ${value.toFixed(4)}`);
  }
  return parts.join(" · ");
}

function isDone(progress: TrainingProgress): boolean {
  return progress.epoch >= progress.epochs && isEpochOver(progress);
}

/** Whether the epoch has its place in the history, after its last batch and its validation. */
function isEpochOver({ epoch, history }: TrainingProgress): boolean {
  return history.epoch.length >= epoch;
}

function lastValues(history: History): Record<string, number | undefined> {
  return Object.fromEntries(Object.entries(history.history).map(([name, values]) => [name, values[values.length - 1]]));
}

/** Seconds in words: `8.2 s`, `45 s`, `3 min 05 s`, `1 h 02 min`. */
function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}

function trainingSvg(progress: TrainingProgress): string {
  const { epoch, epochs, batch, batches } = progress;
  const share = isDone(progress)
    ? 1
    : Math.min(1, Math.max(0, (epoch - 1 + (batches > 0 ? batch / batches : 0)) / epochs));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="${FONT_FAMILY}" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="white"/>`,
    `<text x="${BAR.x}" y="20" fill="${INK}">${escapeHtml(progressLine(progress))}</text>`,
    `<rect x="${BAR.x}" y="${BAR.y}" width="${BAR.width}" height="${BAR.height}" rx="4" fill="${GRID}"/>`,
    `<rect x="${BAR.x}" y="${BAR.y}" width="${fixed(BAR.width * share)}" height="${BAR.height}" rx="4" fill="${COLORS.training}"/>`,
    ...CHARTS.map(({ metric, left }) => chart(progress, metric, left)),
    "</svg>",
  ].join("");
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** One metric over the epochs: training blue, validation orange; the running epoch is a hollow dot where it stands. */
function chart(progress: TrainingProgress, metric: "loss" | "accuracy", left: number): string {
  const { history, epoch, epochs, batch, batches } = progress;
  const curve = (name: string): Point[] =>
    (history.history[name] ?? []).map((y, index) => ({ x: index + 1, y })).filter(({ y }) => Number.isFinite(y));
  const training = curve(metric);
  const validation = curve(`val_${metric}`);
  const soFar = metric === "loss" ? progress.lossSoFar : progress.accuracySoFar;
  const running: Point | undefined =
    soFar !== undefined && Number.isFinite(soFar) && !isEpochOver(progress)
      ? { x: epoch - 1 + (batches > 0 ? batch / batches : 0), y: soFar }
      : undefined;

  const trail = thinned(
    (progress.trail ?? [])
      .map((point) => ({ x: point.epoch, y: point[metric] ?? NaN }))
      .filter(({ y }) => Number.isFinite(y)),
  );
  const values = [...training, ...validation, ...trail, ...(running ? [running] : [])].map(({ y }) => y);
  const ticks = niceTicks(
    Math.min(...values, metric === "loss" ? 0 : Infinity),
    Math.max(...values, metric === "loss" ? 0 : 1),
  );
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const toX = (x: number): string => fixed(left + (CHART.width * x) / epochs);
  const toY = (y: number): string => fixed(CHART.top + CHART.height * (1 - (y - low) / (high - low)));
  const line = (points: readonly Point[], color: string): string =>
    `<polyline points="${points.map(({ x, y }) => `${toX(x)},${toY(y)}`).join(" ")}" fill="none" stroke="${color}" stroke-width="2"/>` +
    (epochs <= 30
      ? points.map(({ x, y }) => `<circle cx="${toX(x)}" cy="${toY(y)}" r="3" fill="${color}"/>`).join("")
      : "");

  const parts = ticks.map(
    (tick) =>
      `<line x1="${left}" x2="${left + CHART.width}" y1="${toY(tick)}" y2="${toY(tick)}" stroke="${GRID}"/>` +
      `<text x="${left - 6}" y="${toY(tick)}" dy="4" text-anchor="end" font-size="10" fill="${INK}">${tickLabel(tick, ticks)}</text>`,
  );
  for (const epochTick of niceTicks(0, epochs, 5).filter((tick) => Number.isInteger(tick) && tick <= epochs)) {
    parts.push(
      `<text x="${toX(epochTick)}" y="${CHART.top + CHART.height + 15}" text-anchor="middle" font-size="10" fill="${INK}">${epochTick}</text>`,
    );
  }
  parts.push(
    `<text x="${left + CHART.width / 2}" y="${CHART.top + CHART.height + 29}" text-anchor="middle" font-size="10" fill="${INK}">epoch</text>`,
    `<text x="${left}" y="${CHART.top - 9}" font-weight="bold" fill="${INK}">${metric}</text>`,
    `<text x="${left + 70}" y="${CHART.top - 9}" fill="${COLORS.training}">training</text>`,
    validation.length > 0
      ? `<text x="${left + 130}" y="${CHART.top - 9}" fill="${COLORS.validation}">validation</text>`
      : "",
    `<polyline points="${[...trail, ...(running ? [running] : [])].map(({ x, y }) => `${toX(x)},${toY(y)}`).join(" ")}" fill="none" stroke="${COLORS.training}" stroke-opacity="0.45"/>`,
    line(training, COLORS.training),
    line(validation, COLORS.validation),
    running
      ? `<circle cx="${toX(running.x)}" cy="${toY(running.y)}" r="3.5" fill="white" stroke="${COLORS.training}" stroke-width="2"/>`
      : "",
  );
  return parts.join("");
}

/** Every second, third, … point, so that a long training does not make a long SVG; the last one stays. */
function thinned(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / MOST_TRAIL_POINTS);
  return points.filter((_, index) => (points.length - 1 - index) % step === 0);
}

/** Round numbers from at or below `low` to at or above `high`, about `count` steps apart. */
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

/** Coordinates to a tenth of a pixel keep the SVG short. */
function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}
