import { FONT_FAMILY } from "./fonts";
import { escapeHtml } from "./markup";

interface Box {
  readonly layer: string;
  readonly type: string;
  readonly outputShape: string;
  readonly parameters: number;
}

const BOX = { width: 132, height: 66, gap: 26, perRow: 5 };

/** Colours by the kind of layer, light enough for dark text. */
const FILLS: Readonly<Record<string, string>> = {
  Conv2D: "#dbeafe",
  MaxPooling2D: "#dcfce7",
  Flatten: "#f3f4f6",
  Dense: "#fef3c7",
};

/** Boxes and arrows, one box for each layer: type, output shape, number of parameters. SVG markup. */
export function layerDiagram(layers: readonly Box[]): string {
  const rows = Math.ceil(layers.length / BOX.perRow);
  const width = Math.min(layers.length, BOX.perRow) * (BOX.width + BOX.gap) - BOX.gap + 4;
  const height = rows * (BOX.height + BOX.gap) - BOX.gap + 4;
  const parts = layers.map((layer, index) => {
    const x = 2 + (index % BOX.perRow) * (BOX.width + BOX.gap);
    const y = 2 + Math.floor(index / BOX.perRow) * (BOX.height + BOX.gap);
    const line = (text: string, dy: number, style = ""): string =>
      `<text x="${x + BOX.width / 2}" y="${y + dy}" text-anchor="middle" fill="#1f2937"${style}>${escapeHtml(text)}</text>`;
    const arrow =
      index === 0
        ? ""
        : index % BOX.perRow === 0
          ? `<text x="${x + BOX.width / 2}" y="${y - 7}" text-anchor="middle" font-size="16" fill="#6b7280">↴</text>`
          : `<text x="${x - BOX.gap / 2}" y="${y + BOX.height / 2 + 5}" text-anchor="middle" font-size="16" fill="#6b7280">→</text>`;
    return (
      arrow +
      `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${FILLS[layer.type] ?? "#ede9fe"}" stroke="#9ca3af"/>` +
      line(layer.type, 20, ` font-weight="bold"`) +
      line(layer.outputShape, 38) +
      line(layer.parameters === 0 ? "no parameters" : `${layer.parameters.toLocaleString("en-US")} parameters`, 56)
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT_FAMILY}" font-size="11">${parts.join("")}</svg>`;
}
