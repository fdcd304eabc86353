import { windowCells } from "../convolution/window";
import { chooseScale, colorOf, scaleEnds, type ColorScale } from "../display/color-scale";
import { cssColor, isDark } from "../display/colors";
import { escapeHtml } from "../display/markup";
import { formatNumber, sizeArithmetic, writtenOut, type Result, type Setting } from "./setting";

/** What to draw. */
export interface View {
  readonly setting: Setting;
  readonly result: Result;
  /** The output cell whose window is marked, `[row, column]`. */
  readonly at: readonly [number, number];
  /** How many output cells are filled in, row by row; by default all. */
  readonly revealed?: number;
}

/** A drawing as SVG markup, with its size in CSS pixels. */
export interface Drawing {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** The drawing's size in CSS pixels. An animation fixes it for all its frames. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Classes for a style sheet, so that a theme can choose their colours. */
export type Ink = "label" | "muted" | "padding" | "accent";

const GAP = 36;
const HEADING_HEIGHT = 24;
const LINE_HEIGHT = 19;
/** The average width of a character of the drawing's 13-pixel text, rounded up. */
const CHARACTER_WIDTH = 7.4;

/**
 * Draws a setting: the padded input with the window on it, the kernel (or the pooled patch), the output, and the
 * calculation of the marked cell. The live explorer, its static picture and the animations all use this drawing.
 *
 * Cells of the output have the attribute `data-output="row,column"`, those of the input `data-input="row,column"`.
 */
export function draw(view: View, size?: Size): Drawing {
  const scales = scalesOf(view);
  const panels = [inputPanel(view, scales.input), middlePanel(view, scales.middle), outputPanel(view, scales.output)];
  const separators = [
    view.setting.operation === "convolution" ? "∗" : "→",
    view.setting.operation === "convolution" ? "=" : "→",
  ];
  const gridHeight = Math.max(...panels.map((panel) => panel.height));

  const parts: string[] = [];
  let x = 1;
  panels.forEach((panel, i) => {
    const width = Math.max(panel.width, panel.heading.length * CHARACTER_WIDTH);
    const top = HEADING_HEIGHT + (gridHeight - panel.height) / 2;
    parts.push(text(x, 14, panel.heading, "label"), `<g transform="translate(${x} ${top})">${panel.cells}</g>`);
    if (i < separators.length) {
      parts.push(
        text(x + width + GAP / 2, HEADING_HEIGHT + gridHeight / 2 + 6, separators[i], "label", {
          size: 18,
          anchor: "middle",
        }),
      );
    }
    x += width + GAP;
  });

  const sums = writtenOut(view.setting, view.result, ...view.at);
  const place = `Output row ${view.at[0] + 1}, column ${view.at[1] + 1}:`;
  const lines: [string, Ink][] = [
    [place, "label"],
    ...sums.map((line): [string, Ink] => [line, "label"]),
    ...sizeArithmetic(view.setting, view.result).map((line): [string, Ink] => [line, "muted"]),
    [legend(view.setting, scales), "muted"],
  ];
  let y = HEADING_HEIGHT + gridHeight + LINE_HEIGHT + 8;
  for (const [line, ink] of lines) {
    parts.push(text(1, y, line, ink));
    y += LINE_HEIGHT;
  }
  const width =
    size?.width ?? Math.ceil(Math.max(x - GAP + 1, ...lines.map(([line]) => line.length * CHARACTER_WIDTH)));
  const height = size?.height ?? y - LINE_HEIGHT + 10;
  const label = `${view.setting.operation}: ${place} ${sums.join(" ")}`;
  return {
    width,
    height,
    svg:
      `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${escapeHtml(label)}" ` +
      `width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" font-family="DejaVu Sans, sans-serif" font-size="13">${parts.join("")}</svg>`,
  };
}

interface Panel {
  readonly heading: string;
  readonly width: number;
  readonly height: number;
  readonly cells: string;
}

/** The colours of the three panels. */
interface Scales {
  readonly input: ColorScale;
  readonly middle: ColorScale;
  readonly output: ColorScale;
}

/** Pooled values are the input's own, so one scale fits all. A convolution's weights and sums have their own scales. */
function scalesOf({ setting, result }: View): Scales {
  const input = chooseScale(setting.input.flat());
  if (setting.operation !== "convolution") return { input, middle: input, output: input };
  return { input, middle: chooseScale(setting.kernel.flat()), output: chooseScale(result.output.flat()) };
}

function legend(setting: Setting, { input, middle, output }: Scales): string {
  if (setting.operation !== "convolution") return `Colours: ${scaleEnds(input)}`;
  return `Colours: input ${scaleEnds(input)}, kernel ${scaleEnds(middle)}, output ${scaleEnds(output)}`;
}

function inputPanel({ setting, result, at }: View, scale: ColorScale): Panel {
  const { input } = setting;
  const { window } = result;
  const [top, bottom] = window.rowPadding;
  const [left, right] = window.columnPadding;
  const rows = input.length + top + bottom;
  const columns = input[0].length + left + right;
  const cell = cellSize(rows, columns);
  const cells: string[] = [];
  for (let row = -top; row < input.length + bottom; row++) {
    for (let column = -left; column < input[0].length + right; column++) {
      const [x, y] = [(column + left) * cell, (row + top) * cell];
      if (input[row]?.[column] !== undefined) {
        cells.push(valueCell(x, y, cell, input[row][column], scale, `data-input="${row},${column}"`));
      } else {
        const zero =
          setting.operation === "convolution" && cell >= 22
            ? text(x + cell / 2, y + cell / 2 + 4, "0", "muted", { anchor: "middle", size: 12 })
            : "";
        cells.push(`<rect class="padding" x="${x}" y="${y}" width="${cell}" height="${cell}"/>${zero}`);
      }
    }
  }
  const marked = windowCells(window, ...at).map(({ row, column }) => ({
    x: (column + left) * cell,
    y: (row + top) * cell,
  }));
  const dilated = Math.max(...window.dilationRate) > 1;
  if (dilated) cells.push(...marked.map(({ x, y }) => mark(x, y, cell, cell)));
  else cells.push(mark(marked[0].x, marked[0].y, window.kernelShape[1] * cell, window.kernelShape[0] * cell));
  const padded = rows === input.length && columns === input[0].length ? "" : `, padded ${rows} × ${columns}`;
  return {
    heading: `Input ${input.length} × ${input[0].length}${padded}`,
    width: columns * cell,
    height: rows * cell,
    cells: cells.join(""),
  };
}

/** A convolution's kernel, or the patch under a pooling's window, with its padding left empty. */
function middlePanel({ setting, result, at }: View, scale: ColorScale): Panel {
  const cell = cellSize(...result.window.kernelShape);
  const [rows, columns] = result.window.kernelShape;
  const values =
    setting.operation === "convolution"
      ? setting.kernel.flat()
      : windowCells(result.window, ...at).map(({ inside, row, column }) =>
          inside ? setting.input[row][column] : undefined,
        );
  const cells = values.map((value, i) => {
    const [x, y] = [(i % columns) * cell, Math.floor(i / columns) * cell];
    return value === undefined
      ? `<rect class="padding" x="${x}" y="${y}" width="${cell}" height="${cell}"/>`
      : valueCell(x, y, cell, value, scale);
  });
  const name = setting.operation === "convolution" ? "Kernel" : "Window";
  return { heading: `${name} ${rows} × ${columns}`, width: columns * cell, height: rows * cell, cells: cells.join("") };
}

function outputPanel({ result, at, revealed = Infinity }: View, scale: ColorScale): Panel {
  const { output } = result;
  const [rows, columns] = result.window.outputShape;
  const cell = cellSize(rows, columns);
  const cells = output.flatMap((line, row) =>
    line.map((value, column) => {
      const [x, y] = [column * cell, row * cell];
      if (row * columns + column >= revealed)
        return `<rect class="padding" x="${x}" y="${y}" width="${cell}" height="${cell}"/>`;
      return valueCell(x, y, cell, value, scale, `data-output="${row},${column}"`);
    }),
  );
  cells.push(mark(at[1] * cell, at[0] * cell, cell, cell));
  return { heading: `Output ${rows} × ${columns}`, width: columns * cell, height: rows * cell, cells: cells.join("") };
}

/** A cell's side in pixels: large enough for its number in a small grid, just a dot in a digit's. */
function cellSize(rows: number, columns: number): number {
  const cells = Math.max(rows, columns);
  return cells <= 6 ? 36 : Math.max(8, Math.floor(224 / cells));
}

function valueCell(x: number, y: number, cell: number, value: number, scale: ColorScale, data = ""): string {
  const fill = colorOf(value, scale);
  const rect =
    `<rect ${data} x="${x}" y="${y}" width="${cell}" height="${cell}" fill="${cssColor(fill)}" ` +
    `stroke="#888888" stroke-width="${cell < 16 ? 0.25 : 0.75}"/>`;
  if (cell < 22) return rect;
  const number = formatNumber(value);
  const size = Math.min(13, Math.floor((cell - 4) / (number.length * 0.64)));
  const ink = isDark(fill) ? "#ffffff" : "#1a1a1a";
  return (
    rect +
    `<text x="${x + cell / 2}" y="${y + cell / 2 + size * 0.36}" fill="${ink}" font-size="${size}" ` +
    `text-anchor="middle" pointer-events="none">${number}</text>`
  );
}

function mark(x: number, y: number, width: number, height: number): string {
  return `<rect class="accent" x="${x}" y="${y}" width="${width}" height="${height}" pointer-events="none"/>`;
}

function text(x: number, y: number, content: string, ink: Ink, { anchor = "start", size = 13 } = {}): string {
  return (
    `<text class="${ink}" x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" xml:space="preserve">` +
    `${escapeHtml(content)}</text>`
  );
}
