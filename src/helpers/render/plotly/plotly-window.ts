/** Plotly in a jsdom window: no browser, no network. It is created for the first figure and then kept. */
import fs from "node:fs";
import { createCanvas, type Canvas } from "@napi-rs/canvas";
import { sharedAcrossReloads } from "../../../shared/shared-across-reloads";
import { measureText } from "../text-metrics";
import type { Figure } from "./figure";
import { localBox, pageBox, type Box, type SvgNode } from "./svg-boxes";

/** The functions of Plotly that are used here. */
export interface PlotlyModule {
  newPlot(
    root: PlotRoot,
    data: Figure["data"],
    layout: Figure["layout"],
    config: { staticPlot: boolean },
  ): Promise<unknown>;
  purge(root: PlotRoot): void;
  readonly Snapshot: { toSVG(root: PlotRoot, format: "svg", scale: number): string };
  readonly PlotSchema: { get(): { readonly traces: Readonly<Record<string, unknown>> } };
}

/** The element in which a figure is drawn. */
export interface PlotRoot {
  remove(): void;
}

/**
 * The parts of the window that are used here. With TypeScript's DOM types, every cell would see a browser's globals.
 */
export interface PlotlyWindow {
  readonly document: { createElement(name: "div"): PlotRoot; readonly body: { append(child: PlotRoot): void } };
  readonly SVGElement: ElementClass;
  readonly HTMLCanvasElement: ElementClass;
  readonly URL: object;
  readonly Plotly: PlotlyModule;
  eval(source: string): void;
}

interface ElementClass {
  readonly prototype: object;
}

interface JsdomModule {
  readonly JSDOM: new (markup: string, options: object) => { readonly window: PlotlyWindow };
  readonly VirtualConsole: new () => object;
}

/** The window in which Plotly draws static images. It is kept when the helpers are reloaded after an edit. */
export function plotlyWindow(): PlotlyWindow {
  return sharedAcrossReloads("plotly-window", openWindow);
}

function openWindow(): PlotlyWindow {
  const { JSDOM, VirtualConsole } = require("jsdom") as JsdomModule;
  const { window } = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
    // A separate console keeps jsdom's "not implemented" messages out of the notebook.
    virtualConsole: new VirtualConsole(),
  });
  measureSvg(window);
  drawOnCanvas(window);
  Object.assign(window.URL, { createObjectURL: () => "", revokeObjectURL: () => undefined });
  // Without support for pixelated scaling, Plotly draws each cell of a heat map itself, so that no renderer blurs it.
  Object.defineProperty(window, "CSS", { value: { supports: () => false } });
  window.eval(fs.readFileSync(require.resolve("plotly.js-cartesian-dist-min"), "utf8"));
  return window;
}

/** jsdom has no layout, so the sizes that Plotly asks for are computed from attributes and font metrics. */
function measureSvg(window: PlotlyWindow): void {
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: SvgNode) {
      return domRectangle(localBox(this));
    },
    getBoundingClientRect(this: SvgNode) {
      return domRectangle(pageBox(this));
    },
    getComputedTextLength(this: SvgNode) {
      return measureText(this.textContent ?? "", { size: 12, bold: false, italic: false }).width;
    },
    getTotalLength: () => 0,
    getPointAtLength: () => ({ x: 0, y: 0 }),
    getScreenCTM: () => ({
      a: 1,
      b: 0,
      c: 0,
      d: 1,
      e: 0,
      f: 0,
      inverse: () => ({ a: 1, b: 0, c: 0, d: 1, e: 0, f: 0 }),
    }),
  });
}

function domRectangle(box: Box | undefined): Box & { x: number; y: number; width: number; height: number } {
  const { left, top, right, bottom } = box ?? { left: 0, top: 0, right: 0, bottom: 0 };
  return { left, top, right, bottom, x: left, y: top, width: right - left, height: bottom - top };
}

/** Heat maps are drawn on a canvas; jsdom's canvas elements draw on the canvas package's. */
function drawOnCanvas(window: PlotlyWindow): void {
  const surfaces = new WeakMap<object, Canvas>();
  const surfaceOf = (element: { width: number; height: number }): Canvas => {
    let surface = surfaces.get(element);
    if (surface === undefined || surface.width !== element.width || surface.height !== element.height) {
      surface = createCanvas(element.width, element.height);
      surfaces.set(element, surface);
    }
    return surface;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: { width: number; height: number }) {
      return surfaceOf(this).getContext("2d");
    },
    toDataURL(this: { width: number; height: number }) {
      return surfaceOf(this).toDataURL("image/png");
    },
  });
}
