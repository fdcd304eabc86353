import { Graph, layout } from "@dagrejs/dagre";
import { escapeHtml } from "../display/markup";
import type { LayerRow } from "../model/summary";
import { FONT_FAMILY } from "../render/fonts";
import { measureText } from "../render/text-metrics";

const FONT_SIZE = 11;
const BOX = { padding: 10, height: 66, gap: 26, perRow: 5 };

/** Colours by type of layer, light enough for dark text. */
const FILLS: Readonly<Record<string, string>> = {
  Conv2D: "#dbeafe",
  MaxPooling2D: "#dcfce7",
  Flatten: "#f3f4f6",
  Dense: "#fef3c7",
};
const OTHER_FILL = "#ede9fe";

/** A box with its place: the middle of it, in pixels. */
interface Placed {
  readonly x: number;
  readonly y: number;
}

/**
 * Draws a box for each layer, with its type, output shape and number of parameters, and arrows between them, as SVG.
 *
 * @param connections for each layer, the places of those whose outputs it takes; by default the layers are a chain
 */
export function layerDiagram(layers: readonly LayerRow[], connections?: readonly (readonly number[])[]): string {
  const lines = layers.map((layer) => [layer.type, layer.outputShape, parametersText(layer.parameters)]);
  const font = { size: FONT_SIZE, bold: true, italic: false };
  const boxWidth = Math.ceil(Math.max(...lines.flat().map((text) => measureText(text, font).width))) + 2 * BOX.padding;
  const { places, arrows, width, height } =
    connections === undefined || isChain(connections)
      ? chain(layers.length, boxWidth)
      : branches(connections, boxWidth);
  const boxes = lines.map(([type, shape, parameters], index) => {
    const { x, y } = places[index];
    const left = x - boxWidth / 2;
    const top = y - BOX.height / 2;
    const fill = FILLS[type] ?? OTHER_FILL;
    return [
      `<rect x="${left}" y="${top}" width="${boxWidth}" height="${BOX.height}" rx="6" fill="${fill}" ` +
        `stroke="#9ca3af"/>`,
      centered(type, x, top + 21, ` font-weight="bold"`),
      centered(shape, x, top + 38),
      centered(parameters, x, top + 55),
    ].join("");
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${FONT_FAMILY}" font-size="${FONT_SIZE}">${arrows.join("")}${boxes.join("")}</svg>`
  );
}

/** Boxes with the arrows between them. */
interface Layout {
  readonly places: readonly Placed[];
  readonly arrows: readonly string[];
  readonly width: number;
  readonly height: number;
}

function isChain(connections: readonly (readonly number[])[]): boolean {
  return connections.every((from, index) =>
    index === 0 ? from.length === 0 : from.length === 1 && from[0] === index - 1,
  );
}

/** A chain, in rows like text. */
function chain(count: number, boxWidth: number): Layout {
  const stepX = boxWidth + BOX.gap;
  const stepY = BOX.height + BOX.gap;
  const places = Array.from({ length: count }, (_, index) => ({
    x: 2 + (index % BOX.perRow) * stepX + boxWidth / 2,
    y: 2 + Math.floor(index / BOX.perRow) * stepY + BOX.height / 2,
  }));
  const arrows = places
    .slice(1)
    .map(({ x, y }, before) => arrow((before + 1) % BOX.perRow === 0, x - boxWidth / 2, y - BOX.height / 2, boxWidth));
  return {
    places,
    arrows,
    width: Math.min(count, BOX.perRow) * stepX - BOX.gap + 4,
    height: Math.ceil(count / BOX.perRow) * stepY - BOX.gap + 4,
  };
}

/** Branches, from top to bottom. */
function branches(connections: readonly (readonly number[])[], boxWidth: number): Layout {
  const graph = new Graph();
  graph.setGraph({ rankdir: "TB", nodesep: BOX.gap, ranksep: BOX.gap + 8, edgesep: 14, marginx: 2, marginy: 2 });
  graph.setDefaultEdgeLabel(() => ({}));
  connections.forEach((_, layer) => graph.setNode(String(layer), { width: boxWidth, height: BOX.height }));
  connections.forEach((from, layer) => {
    for (const source of from) graph.setEdge(String(source), String(layer));
  });
  layout(graph);
  const places = connections.map((_, layer) => graph.node(String(layer)) as unknown as Placed);
  const arrows = graph.edges().map((edge) => (graph.edge(edge) as { points: Placed[] }).points);
  // The layout's own size leaves out arrows that run beside the boxes.
  const xs = [...places.flatMap(({ x }) => [x - boxWidth / 2, x + boxWidth / 2]), ...arrows.flat().map(({ x }) => x)];
  const left = Math.min(...xs) - 2;
  const shifted = ({ x, y }: Placed): Placed => ({ x: x - left, y });
  return {
    places: places.map(shifted),
    arrows: arrows.map((points) => downArrow(points.map(shifted))),
    width: Math.ceil(Math.max(...xs) - left + 2),
    height: Math.ceil(Math.max(...places.map(({ y }) => y)) + BOX.height / 2 + 2),
  };
}

/** An arrow through the given points, the last of which is the top of a box. */
function downArrow(points: readonly Placed[]): string {
  const end = points[points.length - 1];
  const tip = { x: end.x, y: end.y - 3 };
  const path = [...points.slice(0, -1), tip].map(({ x, y }) => `${round(x)} ${round(y)}`).join("L");
  const before = points[points.length - 2];
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const wing = (turn: number) =>
    `${round(tip.x - 6.4 * Math.cos(angle + turn))} ${round(tip.y - 6.4 * Math.sin(angle + turn))}`;
  const head = `M${wing(0.67)}L${round(tip.x)} ${round(tip.y)}L${wing(-0.67)}`;
  return `<path d="M${path}${head}" fill="none" stroke="#6b7280" stroke-width="1.5"/>`;
}

function round(pixels: number): number {
  return Math.round(10 * pixels) / 10;
}

function parametersText(parameters: number): string {
  return parameters === 0 ? "no parameters" : `${parameters.toLocaleString("en-US")} parameters`;
}

function centered(text: string, x: number, y: number, more = ""): string {
  return `<text x="${x}" y="${y}" text-anchor="middle" fill="#1f2937"${more}>${escapeHtml(text)}</text>`;
}

/** The arrow from the previous box: from the left, or from the end of the row above. */
function arrow(startsRow: boolean, x: number, y: number, boxWidth: number): string {
  const stroke = `fill="none" stroke="#6b7280" stroke-width="1.5"`;
  if (!startsRow) {
    const tip = x - 3;
    const middle = y + BOX.height / 2;
    const line = `M${x - BOX.gap + 3} ${middle}H${tip}`;
    const head = `M${tip - 5} ${middle - 4}L${tip} ${middle}L${tip - 5} ${middle + 4}`;
    return `<path d="${line}${head}" ${stroke}/>`;
  }
  const center = x + boxWidth / 2;
  const tip = y - 3;
  const above = y - BOX.gap / 2;
  const lastCenter = x + (BOX.perRow - 1) * (boxWidth + BOX.gap) + boxWidth / 2;
  const line = `M${lastCenter} ${y - BOX.gap + 1}V${above}H${center}V${tip}`;
  const head = `M${center - 4} ${tip - 5}L${center} ${tip}L${center + 4} ${tip - 5}`;
  return `<path d="${line}${head}" ${stroke}/>`;
}
