/**
 * Bounding boxes of SVG elements. Plotly needs them to place titles, legends, tick labels and colour bars, but jsdom
 * has no layout.
 */
import { measureText, type TextFont } from "../text-metrics";

/**
 * The parts of jsdom's elements that are used here. With TypeScript's DOM types, every cell would see a browser's
 * globals.
 */
export interface SvgNode {
  readonly nodeType: number;
  readonly nodeName: string;
  readonly textContent: string | null;
  readonly parentNode: SvgNode | null;
  readonly childNodes: ArrayLike<SvgNode>;
  getAttribute?(name: string): string | null;
}

/** A rectangle in pixels; y increases downwards. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** An affine transform as in SVG: x' = a·x + c·y + e, y' = b·x + d·y + f. */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const TEXT_NODE = 3;
const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi;

/** An element's box in its own coordinates, like `getBBox`; `undefined` if nothing of it is drawn. */
export function localBox(element: SvgNode): Box | undefined {
  switch (element.nodeName.toLowerCase()) {
    case "text":
      return textBox(element);
    case "rect":
    case "image":
      return rectangle(length(element, "x"), length(element, "y"), length(element, "width"), length(element, "height"));
    case "circle": {
      const radius = length(element, "r");
      return rectangle(length(element, "cx") - radius, length(element, "cy") - radius, 2 * radius, 2 * radius);
    }
    case "line":
      return boxAround([
        [length(element, "x1"), length(element, "y1")],
        [length(element, "x2"), length(element, "y2")],
      ]);
    case "path":
      return boxAround(pathPoints(attribute(element, "d") ?? ""));
    case "defs":
    case "clippath":
      return undefined;
    default:
      return Array.from(element.childNodes)
        .filter((child) => child.nodeType !== TEXT_NODE)
        .map((child) => transformBox(localBox(child), transformOf(child)))
        .reduce(union, undefined);
  }
}

/** An element's box on the page, like `getBoundingClientRect`: with every ancestor's transform applied. */
export function pageBox(element: SvgNode): Box {
  let box = localBox(element);
  for (let node: SvgNode | null = element; node !== null; node = node.parentNode) {
    box = transformBox(box, transformOf(node));
  }
  return box ?? { left: 0, top: 0, right: 0, bottom: 0 };
}

/** The box of a text element. Its lines are tspans with their own `x`, `y` and `dy`. */
function textBox(text: SvgNode): Box | undefined {
  let box: Box | undefined;
  let chunk: { x: number; width: number; top: number; bottom: number } | undefined;
  let x = length(text, "x");
  let y = length(text, "y");
  const anchor = inherited(text, "text-anchor") ?? "start";

  const closeChunk = (): void => {
    if (chunk !== undefined && chunk.width > 0) {
      const shift = anchor === "middle" ? chunk.width / 2 : anchor === "end" ? chunk.width : 0;
      box = union(box, {
        left: chunk.x - shift,
        right: chunk.x - shift + chunk.width,
        top: chunk.top,
        bottom: chunk.bottom,
      });
    }
    chunk = undefined;
  };

  const visit = (node: SvgNode): void => {
    if (node.nodeType === TEXT_NODE) {
      const content = (node.textContent ?? "").replace(/\u200b/g, "");
      const extent = measureText(content, fontOf(node.parentNode ?? text));
      chunk ??= { x, width: 0, top: Infinity, bottom: -Infinity };
      chunk.width += extent.width;
      chunk.top = Math.min(chunk.top, y - extent.ascent);
      chunk.bottom = Math.max(chunk.bottom, y + extent.descent);
      return;
    }
    const ownX = attribute(node, "x");
    const ownY = attribute(node, "y");
    if (ownX !== undefined || ownY !== undefined) {
      closeChunk();
      x = ownX === undefined ? x : parseFloat(ownX);
      y = ownY === undefined ? y : parseFloat(ownY);
    }
    y += inPixels(attribute(node, "dy"), fontOf(node).size);
    for (const child of Array.from(node.childNodes)) visit(child);
  };

  visit(text);
  closeChunk();
  return box;
}

function fontOf(node: SvgNode): TextFont {
  const weight = inherited(node, "font-weight") ?? "normal";
  return {
    size: inPixels(inherited(node, "font-size") ?? "16px", 16),
    bold: weight === "bold" || Number(weight) >= 600,
    italic: inherited(node, "font-style") === "italic",
  };
}

/** A property's value from the nearest element that sets it, as a style or as an attribute. */
function inherited(node: SvgNode, property: string): string | undefined {
  const inStyle = new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*([^;]+)`);
  for (let element: SvgNode | null = node; element !== null; element = element.parentNode) {
    const found = inStyle.exec(attribute(element, "style") ?? "")?.[1] ?? attribute(element, property);
    if (found !== undefined) return found.replace("!important", "").trim();
  }
  return undefined;
}

function attribute(element: SvgNode, name: string): string | undefined {
  return element.getAttribute?.(name) ?? undefined;
}

function length(element: SvgNode, name: string): number {
  return parseFloat(attribute(element, name) ?? "0") || 0;
}

function inPixels(value: string | undefined, fontSize: number): number {
  if (value === undefined) return 0;
  const number = parseFloat(value) || 0;
  return value.trim().endsWith("em") ? number * fontSize : number;
}

/** The points on a path. Control points, and the end points of arcs, are close enough. */
function pathPoints(d: string): [number, number][] {
  const points: [number, number][] = [];
  let x = 0;
  let y = 0;
  for (const [, command, rest] of d.matchAll(/([a-z])([^a-df-z]*)/gi)) {
    const values = (rest.match(NUMBER) ?? []).map(Number);
    const relative = command === command.toLowerCase();
    const step = { h: 1, v: 1, a: 7, c: 6, s: 4, q: 4 }[command.toLowerCase()] ?? 2;
    for (let start = 0; start + step <= values.length; start += step) {
      const [lastX, lastY] = [values[start + step - 2], values[start + step - 1]];
      if (command.toLowerCase() === "h") x = relative ? x + lastY : lastY;
      else if (command.toLowerCase() === "v") y = relative ? y + lastY : lastY;
      else [x, y] = relative ? [x + lastX, y + lastY] : [lastX, lastY];
      points.push([x, y]);
    }
  }
  return points;
}

function transformOf(node: SvgNode): Matrix {
  let matrix = IDENTITY;
  for (const [, name, argument] of (attribute(node, "transform") ?? "").matchAll(/(\w+)\(([^)]*)\)/g)) {
    matrix = multiply(matrix, simpleTransform(name, (argument.match(NUMBER) ?? []).map(Number)));
  }
  return matrix;
}

function simpleTransform(name: string, [a = 0, b, c, d = 0, e = 0, f = 0]: number[]): Matrix {
  switch (name) {
    case "translate":
      return [1, 0, 0, 1, a, b ?? 0];
    case "scale":
      return [a, 0, 0, b ?? a, 0, 0];
    case "rotate": {
      const [cos, sin] = [Math.cos((a * Math.PI) / 180), Math.sin((a * Math.PI) / 180)];
      const [x, y] = [b ?? 0, c ?? 0];
      return [cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y];
    }
    case "matrix":
      return [a, b ?? 0, c ?? 0, d, e, f];
    default:
      return IDENTITY;
  }
}

function multiply([a, b, c, d, e, f]: Matrix, [a2, b2, c2, d2, e2, f2]: Matrix): Matrix {
  return [a * a2 + c * b2, b * a2 + d * b2, a * c2 + c * d2, b * c2 + d * d2, a * e2 + c * f2 + e, b * e2 + d * f2 + f];
}

function transformBox(box: Box | undefined, [a, b, c, d, e, f]: Matrix): Box | undefined {
  if (box === undefined) return undefined;
  const corners = [
    [box.left, box.top],
    [box.right, box.top],
    [box.left, box.bottom],
    [box.right, box.bottom],
  ];
  return boxAround(corners.map(([x, y]): [number, number] => [a * x + c * y + e, b * x + d * y + f]));
}

function rectangle(left: number, top: number, width: number, height: number): Box {
  return { left, top, right: left + width, bottom: top + height };
}

function boxAround(points: readonly [number, number][]): Box | undefined {
  if (points.length === 0) return undefined;
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
}

function union(first: Box | undefined, second: Box | undefined): Box | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return {
    left: Math.min(first.left, second.left),
    top: Math.min(first.top, second.top),
    right: Math.max(first.right, second.right),
    bottom: Math.max(first.bottom, second.bottom),
  };
}
