import { createCanvas, type Canvas, type SKRSContext2D } from "@napi-rs/canvas";
import { UsageError } from "../../shared/usage-error";
import { JUPYTER_DISPLAY, type Displayable, type MimeBundle } from "../display/bundle";
import { FAINT_INK, INK } from "../display/colors";
import { CANVAS_FONT_FAMILY, registerFonts } from "../render/fonts";
import { encodePng } from "../render/png";

/** A finished picture: PNG in a notebook, one line of text in a terminal. */
export class Picture implements Displayable {
  constructor(
    /** What is drawn. */
    readonly canvas: Canvas,
    /** A description: title, size, range of values. */
    readonly text: string,
    /** The note in it, and how to draw the picture without it. */
    readonly note?: {
      readonly text: string;
      /** Draws the picture without the note. */
      readonly without: () => Picture;
    },
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

  /** What a notebook shows. */
  [JUPYTER_DISPLAY](): MimeBundle {
    return { "image/png": Buffer.from(this.toPng()).toString("base64"), "text/plain": this.text };
  }
}

/** Larger than any screen. The canvas package fails at about 30,000 pixels. */
const MAX_SIDE_PX = 8192;

/**
 * A white canvas, and a context that doesn't smooth enlarged images and that has the packaged fonts.
 *
 * @throws if it would be larger than any screen
 */
export function blankCanvas(width: number, height: number): { canvas: Canvas; context: SKRSContext2D } {
  if (width > MAX_SIDE_PX || height > MAX_SIDE_PX) {
    throw new UsageError(
      `picture: expected at most ${MAX_SIDE_PX} × ${MAX_SIDE_PX} pixels, ` +
        `found ${Math.ceil(width)} × ${Math.ceil(height)}. Choose a smaller scale or fewer images.`,
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

/** How a line of text looks. */
export interface TextStyle {
  /** In pixels; 12 by default. */
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

/** The width of one line of text in pixels. */
export function textWidth(text: string, style: TextStyle = {}): number {
  const { context } = blankCanvas(1, 1);
  context.font = fontOf(style);
  return context.measureText(text).width;
}

const TITLE: TextStyle = { size: 14, bold: true };
const NOTE: TextStyle = { size: 11, color: FAINT_INK };

/** The size of a title and a note below it. */
export function headerSize(title: string | undefined, note: string | undefined): { width: number; height: number } {
  return {
    width: Math.ceil(Math.max(textWidth(title ?? "", TITLE), textWidth(note ?? "", NOTE))),
    height: (title ? 22 : 0) + (note ? 18 : 0),
  };
}

/** Writes a title, and a note below it, in the upper left corner. */
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
