/** Small PNG files: figures and pictures have few colours, and a palette takes a third of the space of true colour. */
import zlib from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MAX_COLORS = 256;
/** zlib's highest level, 9, makes files 4 % smaller but takes ten times as long. */
const COMPRESSION_LEVEL = 6;
const TRUE_COLOR = 2;
const PALETTE = 3;

/**
 * Encodes opaque pixels as PNG. Up to 256 colours are kept exactly, in a palette. A few more are rounded, each channel
 * by at most 2 of 255, so that they fit; pictures with still more colours are written in true colour. Source of the
 * format: "Portable Network Graphics (PNG) Specification", https://www.w3.org/TR/png-3/.
 *
 * @param pixels red, green, blue and alpha of each pixel, row by row; alpha isn't written
 */
export function encodePng(pixels: Uint8Array | Uint8ClampedArray, width: number, height: number): Uint8Array {
  for (const step of [1, 2, 4]) {
    const indexed = toPalette(pixels, step);
    if (indexed === undefined) continue;
    const palette = chunk(
      "PLTE",
      Buffer.from(indexed.palette.flatMap((color) => [color >> 16, (color >> 8) & 255, color & 255])),
    );
    return file(width, height, PALETTE, [palette], rows(indexed.indices, width, height, 1));
  }
  const rgb = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) rgb[pixel * 3 + channel] = pixels[pixel * 4 + channel];
  }
  return file(width, height, TRUE_COLOR, [], rows(rgb, width, height, 3));
}

/**
 * The pixels as indices into a palette, each channel rounded to a multiple of `step`; `undefined` if there are too many
 * colours.
 */
function toPalette(
  pixels: Uint8Array | Uint8ClampedArray,
  step: number,
): { palette: number[]; indices: Uint8Array } | undefined {
  const rounded = Uint8Array.from({ length: 256 }, (_, value) => Math.min(255, Math.round(value / step) * step));
  const indexOf = new Map<number, number>();
  const indices = new Uint8Array(pixels.length / 4);
  // Most pixels have the colour of the pixel before, so this saves looking it up.
  let [lastColor, lastIndex] = [-1, 0];
  for (let pixel = 0; pixel < indices.length; pixel++) {
    const at = pixel * 4;
    const color = (rounded[pixels[at]] << 16) | (rounded[pixels[at + 1]] << 8) | rounded[pixels[at + 2]];
    if (color === lastColor) {
      indices[pixel] = lastIndex;
      continue;
    }
    let index = indexOf.get(color);
    if (index === undefined) {
      index = indexOf.size;
      if (index === MAX_COLORS) return undefined;
      indexOf.set(color, index);
    }
    indices[pixel] = index;
    [lastColor, lastIndex] = [color, index];
  }
  return { palette: [...indexOf.keys()], indices };
}

/** The rows, each after its filter byte: 0 (no filter), which compresses flat colours best. */
function rows(bytes: Uint8Array, width: number, height: number, bytesPerPixel: number): Buffer {
  const length = width * bytesPerPixel;
  const filtered = Buffer.alloc((length + 1) * height);
  for (let row = 0; row < height; row++)
    filtered.set(bytes.subarray(row * length, (row + 1) * length), row * (length + 1) + 1);
  return filtered;
}

function file(width: number, height: number, colorType: number, middle: Buffer[], data: Buffer): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, colorType, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    ...middle,
    chunk("IDAT", zlib.deflateSync(data, { level: COMPRESSION_LEVEL })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(zlib.crc32(body), body.length + 4);
  return framed;
}
