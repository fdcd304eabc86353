import { checkWholeNumber } from "../../shared/checks";
import type { Picture } from "./picture";
import { chooseScale, countNotFinite, describeScale, paint, readImage, type ImageSource } from "./pixels";
import { drawGrid } from "./tiles";

export interface ImageOptions {
  readonly title?: string;
  /** How many picture pixels each image pixel becomes; by default so many that the picture is about 200 pixels wide. */
  readonly scale?: number;
  /** The values drawn darkest and brightest; a range that starts below 0 is drawn blue – white – red. */
  readonly range?: readonly [number, number];
}

/**
 * One image, enlarged without smoothing, so that every pixel is seen.
 *
 * @param image shape `[rows, columns]`, `[rows, columns, 1]` or `[rows, columns, 3]`, also in a batch of one
 * @throws when the shape or the dtype is not an image's, or the tensor was disposed
 */
export function imagePicture(image: ImageSource, options: ImageOptions = {}): Picture {
  const stack = readImage(image, "imagePicture");
  const scale = options.scale ?? Math.max(1, Math.round(200 / Math.max(stack.columns, stack.rows)));
  checkWholeNumber("imagePicture: scale", scale, 1);
  const colors = chooseScale(stack.data, stack.dtype, options.range, "imagePicture: range");
  const note = describeScale(colors, countNotFinite(stack.data));
  const size = `${stack.rows} × ${stack.columns} pixels`;
  return drawGrid([{ canvas: paint(stack, 0, colors) }], {
    title: options.title,
    note: note === "" ? undefined : note,
    columns: 1,
    scale,
    text: [options.title, size, note].filter(Boolean).join(" · "),
  });
}
