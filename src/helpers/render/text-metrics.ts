import { createCanvas, type SKRSContext2D } from "@napi-rs/canvas";
import { CANVAS_FONT_FAMILY, registerFonts } from "./fonts";

/** What the width of a text depends on. `size` is in pixels. */
export interface TextFont {
  readonly size: number;
  readonly bold: boolean;
  readonly italic: boolean;
}

/** A text's width, and its height above and below the baseline, in pixels. */
export interface TextExtent {
  readonly width: number;
  readonly ascent: number;
  readonly descent: number;
}

let context: SKRSContext2D | undefined;

/** Measures a line of text in the packaged fonts, as a browser would. */
export function measureText(text: string, font: TextFont): TextExtent {
  if (context === undefined) {
    registerFonts();
    context = createCanvas(1, 1).getContext("2d");
  }
  context.font = `${font.italic ? "italic " : ""}${font.bold ? "bold " : ""}${font.size}px ${CANVAS_FONT_FAMILY}`;
  const metrics = context.measureText(text);
  return { width: metrics.width, ascent: metrics.fontBoundingBoxAscent, descent: metrics.fontBoundingBoxDescent };
}
