import type { Canvas } from "@napi-rs/canvas";
import { blankCanvas, drawHeader, drawText, headerSize, Picture, textWidth } from "./picture";

/** One image of a grid, with a label below it. */
export interface Tile {
  readonly canvas: Canvas;
  readonly label?: string;
  readonly color?: string;
}

/** How a grid looks. */
export interface GridOptions {
  readonly title?: string;
  /** A smaller line under the title. */
  readonly note?: string;
  readonly columns: number;
  /** How many pixels of the picture each image pixel is wide and high. */
  readonly scale: number;
  /** A description of the picture. */
  readonly text: string;
}

const GAP = 6;
const MARGIN = 8;
const LABEL_HEIGHT = 16;
const EDGE = "#c8c8c8";

/** Arranges tiles of the same size in rows, with a title above them and a label below each. */
export function drawGrid(tiles: readonly Tile[], options: GridOptions): Picture {
  const { title, note, columns, scale } = options;
  const rows = Math.ceil(tiles.length / columns);
  const labelled = tiles.some((tile) => tile.label !== undefined);
  const width = tiles[0].canvas.width * scale;
  const height = tiles[0].canvas.height * scale;
  const widestLabel = Math.max(0, ...tiles.map((tile) => textWidth(tile.label ?? "", { size: 11 })));
  const cellWidth = Math.max(width, Math.ceil(widestLabel)) + GAP;
  const cellHeight = height + GAP + (labelled ? LABEL_HEIGHT : 0);
  const header = headerSize(title, note);
  const { canvas, context } = blankCanvas(
    2 * MARGIN + Math.max(Math.min(columns, tiles.length) * cellWidth - GAP, header.width),
    2 * MARGIN + header.height + rows * cellHeight - GAP,
  );
  drawHeader(context, title, note, MARGIN);
  context.strokeStyle = EDGE;
  tiles.forEach((tile, index) => {
    const x = Math.round(MARGIN + (index % columns) * cellWidth + (cellWidth - GAP - width) / 2);
    const y = MARGIN + header.height + Math.floor(index / columns) * cellHeight;
    context.drawImage(tile.canvas, x, y, width, height);
    // Without an outline, images with white edges would run into each other.
    context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
    if (tile.label !== undefined) {
      drawText(context, tile.label, x + width / 2, y + height + 12, { size: 11, color: tile.color, align: "center" });
    }
  });
  return new Picture(
    canvas,
    options.text,
    note === undefined ? undefined : { text: note, without: () => drawGrid(tiles, { ...options, note: undefined }) },
  );
}
