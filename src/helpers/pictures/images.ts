import { checkWholeNumber } from "../../shared/checks";
import type { Picture } from "./picture";
import { describeScale, paint, readImage, scaleOf, type ImageSource } from "./pixels";
import { drawGrid } from "./tiles";

/** How {@link imagePicture} looks. */
export interface ImageOptions {
  readonly title?: string;
  /**
   * How many pixels of the picture each image pixel is wide and high; by default the picture is about 200 pixels wide.
   */
  readonly scale?: number;
  /** The values drawn black and white; if the range starts below 0, it is drawn blue – white – red. */
  readonly range?: readonly [number, number];
}

/**
 * One image, enlarged without smoothing, so that you can see every pixel.
 *
 * @param image shape `[rows, columns]`, `[rows, columns, 1]` or `[rows, columns, 3]`, also in a batch of one
 * @throws if it doesn't have an image's shape or dtype, or the tensor was disposed
 * @see notebooks/04-load.ipynb
 * @example await show(imagePicture([[0, 255], [255, 0]], { title: "Four pixels", scale: 40 }));
 */
export function imagePicture(image: ImageSource, options: ImageOptions = {}): Picture {
  const stack = readImage(image, "imagePicture");
  const scale = options.scale ?? Math.max(1, Math.round(200 / Math.max(stack.columns, stack.rows)));
  const colors = scaleOf(stack, options.range, "imagePicture: range");
  const note = describeScale(colors, stack);
  return drawGrid([{ canvas: paint(stack, 0, colors) }], {
    title: options.title,
    note,
    columns: 1,
    scale: checkWholeNumber("imagePicture: scale", scale, 1),
    text: [options.title, `${stack.rows} × ${stack.columns} pixels`, note].filter(Boolean).join(" · "),
  });
}
