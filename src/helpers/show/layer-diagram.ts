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

/**
 * Draws a box for each layer, with its type, output shape and number of parameters, and arrows between them, as SVG.
 */
export function layerDiagram(layers: readonly LayerRow[]): string {
  const lines = layers.map((layer) => [layer.type, layer.outputShape, parametersText(layer.parameters)]);
  const font = { size: FONT_SIZE, bold: true, italic: false };
  const boxWidth = Math.ceil(Math.max(...lines.flat().map((text) => measureText(text, font).width))) + 2 * BOX.padding;
  const stepX = boxWidth + BOX.gap;
  const stepY = BOX.height + BOX.gap;
  const boxes = lines.map(([type, shape, parameters], index) => {
    const x = 2 + (index % BOX.perRow) * stepX;
    const y = 2 + Math.floor(index / BOX.perRow) * stepY;
    const fill = FILLS[type] ?? OTHER_FILL;
    return [
      index === 0 ? "" : arrow(index % BOX.perRow === 0, x, y, boxWidth),
      `<rect x="${x}" y="${y}" width="${boxWidth}" height="${BOX.height}" rx="6" fill="${fill}" stroke="#9ca3af"/>`,
      centered(type, x + boxWidth / 2, y + 21, ` font-weight="bold"`),
      centered(shape, x + boxWidth / 2, y + 38),
      centered(parameters, x + boxWidth / 2, y + 55),
    ].join("");
  });
  const width = Math.min(layers.length, BOX.perRow) * stepX - BOX.gap + 4;
  const height = Math.ceil(layers.length / BOX.perRow) * stepY - BOX.gap + 4;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${FONT_FAMILY}" font-size="${FONT_SIZE}">${boxes.join("")}</svg>`
  );
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
