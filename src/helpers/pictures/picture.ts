import { createCanvas, type Canvas, type SKRSContext2D } from "@napi-rs/canvas";
import { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "../display/bundle";
import { CANVAS_FONT_FAMILY, registerFonts } from "../render/fonts";
import { encodePng } from "../render/png";

/** A finished picture: PNG in a notebook, one line of text in a terminal. */
export class Picture implements Displayable {
  constructor(
    /** What is drawn; another picture may take it up. */
    readonly canvas: Canvas,
    /** Says what there is to see: title, size, value range. */
    readonly text: string,
    /** The line of small print in it, and how to draw it without. */
    readonly note?: { readonly text: string; readonly without: () => Picture },
  ) {}

  /** Width in pixels. */
  get width(): number {
    return this.canvas.width;
  }

  /** Height in pixels. */
  get height(): number {
    return this.canvas.height;
  }

  /** The PNG file's bytes. */
  toPng(): Uint8Array {
    return encodePng(
      this.canvas.getContext("2d").getImageData(0, 0, this.width, this.height).data,
      this.width,
      this.height,
    );
  }

  [JUPYTER_DISPLAY](): MimeBundle {
    return { "image/png": Buffer.from(this.toPng()).toString("base64"), "text/plain": this.text };
  }
}

/** Ink, marks and grid lines of pictures. */
export const INK = "#333333";
export const FAINT_INK = "#777777";
export const RIGHT = "#1a7f37";
export const WRONG = "#cf222e";

/** Wider or higher than any screen; a canvas of some 30,000 pixels cannot be made at all. */
const MOST_PIXELS = 8192;

/**
 * A white canvas, and a context that draws pixels as squares and text in the packaged fonts.
 *
 * @throws when it would be too large to be looked at
 */
export function blankCanvas(width: number, height: number): { canvas: Canvas; context: SKRSContext2D } {
  if (width > MOST_PIXELS || height > MOST_PIXELS) {
    throw new Error(
      `Expected a picture of at most ${MOST_PIXELS} × ${MOST_PIXELS} pixels, found ${Math.ceil(width)} × ${Math.ceil(height)}. Choose a smaller scale or fewer images.`,
    );
  }
  registerFonts();
  const canvas = createCanvas(Math.ceil(width), Math.ceil(height));
  const context = canvas.getContext("2d");
  context.fillStyle = "white";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingEnabled = false;
  context.textBaseline = "alphabetic";
  return { canvas, context };
}

export interface TextStyle {
  readonly size?: number;
  readonly bold?: boolean;
  readonly color?: string;
  readonly align?: "left" | "center" | "right";
}

/** Writes one line of text; `y` is its baseline. */
export function drawText(context: SKRSContext2D, text: string, x: number, y: number, style: TextStyle = {}): void {
  context.font = fontOf(style);
  context.fillStyle = style.color ?? INK;
  context.textAlign = style.align ?? "left";
  context.fillText(text, x, y);
}

/** Width of one line of text in pixels. */
export function textWidth(text: string, style: TextStyle = {}): number {
  const { context } = blankCanvas(1, 1);
  context.font = fontOf(style);
  return context.measureText(text).width;
}

const TITLE: TextStyle = { size: 14, bold: true };
const NOTE: TextStyle = { size: 11, color: FAINT_INK };

/** The room that a title and a note below it take. */
export function headerSize(title: string | undefined, note: string | undefined): { width: number; height: number } {
  return {
    width: Math.ceil(Math.max(textWidth(title ?? "", TITLE), textWidth(note ?? "", NOTE))),
    height: (title ? 22 : 0) + (note ? 18 : 0),
  };
}

/** Writes a title, and a note below it, into the upper left corner. */
export function drawHeader(
  context: SKRSContext2D,
  title: string | undefined,
  note: string | undefined,
  margin: number,
): void {
  if (title) drawText(context, title, margin, margin + 13, TITLE);
  if (note) drawText(context, note, margin, margin + (title ? 22 : 0) + 11, NOTE);
}

function fontOf({ size = 12, bold = false }: TextStyle): string {
  return `${bold ? "bold " : ""}${size}px ${CANVAS_FONT_FAMILY}`;
}
