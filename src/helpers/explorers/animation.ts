import { GifDisposal, GifEncoder } from "@napi-rs/canvas";
import { JUPYTER_DISPLAY, type Displayable } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { draw, type Drawing } from "./drawing";
import { paperPixels, paperPng } from "./paper";
import {
  compute,
  convolutionSetting,
  poolingSetting,
  type ConvolutionOptions,
  type PoolingOptions,
  type Setting,
} from "./setting";

/** How long a step is shown, and the finished output before the animation starts again. */
const STEP_MS = 900;
const LAST_STEP_MS = 2500;

/**
 * A convolution as an animated GIF, for places where scripts don't run: the window moves over the input, and the output
 * fills up cell by cell.
 *
 * @throws if the setting is impossible
 * @see notebooks/02-convolution.ipynb
 * @example
 * const input = [[0, 1, 2], [3, 4, 5], [6, 7, 8]];
 * await show(convolutionAnimation({ input, kernel: [[0, 1], [2, 3]], padding: "same" }));
 */
export function convolutionAnimation(options: ConvolutionOptions): Displayable {
  return animation(convolutionSetting(options));
}

/**
 * A pooling as an animated GIF. The stride defaults to the window size.
 *
 * @throws if the setting is impossible
 * @see notebooks/03-max-pooling.ipynb
 * @example
 * const input = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]];
 * await show(poolingAnimation({ input, poolSize: 2 }));
 */
export function poolingAnimation(options: PoolingOptions): Displayable {
  return animation(poolingSetting(options));
}

function animation(setting: Setting): Displayable {
  const frames = drawFrames(setting);
  return {
    [JUPYTER_DISPLAY]() {
      const { width, height } = frames[0];
      const encoder = new GifEncoder(width, height, { repeat: 0, quality: 10 });
      let shown: Uint8Array | undefined;
      frames.forEach((frame, i) => {
        const { data } = paperPixels(frame);
        encoder.addFrame(changes(data, shown), width, height, {
          delay: i < frames.length - 1 ? STEP_MS : LAST_STEP_MS,
          disposal: GifDisposal.Keep,
        });
        shown = data;
      });
      const gif = encoder.finish().toString("base64");
      const { window } = compute(setting);
      const text =
        `Animation: ${setting.operation} of ${window.inputShape.join(" × ")} by ${window.kernelShape.join(" × ")}, ` +
        `padding ${setting.padding}, stride ${setting.strides}, output ${window.outputShape.join(" × ")}`;
      // In HTML, because nbconvert doesn't show image/gif.
      const markup =
        `<img src="data:image/gif;base64,${gif}" width="${width}" height="${height}" ` + `alt="${escapeHtml(text)}">`;
      return {
        "text/html": markup,
        "image/png": paperPng(frames[frames.length - 1]),
        "text/plain": text,
      };
    },
  };
}

/** Makes the pixels transparent that already look like that, so that the file is several times smaller. */
function changes(data: Uint8Array, shown: Uint8Array | undefined): Uint8Array {
  const changed = new Uint8Array(data);
  if (shown === undefined) return changed;
  for (let pixel = 0; pixel < data.length; pixel += 4) {
    const same =
      data[pixel] === shown[pixel] && data[pixel + 1] === shown[pixel + 1] && data[pixel + 2] === shown[pixel + 2];
    if (same) changed.fill(0, pixel, pixel + 4);
  }
  return changed;
}

/** One frame for each output cell, all of the same size. */
function drawFrames(setting: Setting): Drawing[] {
  const result = compute(setting);
  const [rows, columns] = result.window.outputShape;
  const views = Array.from({ length: rows * columns }, (_, i) => ({
    setting,
    result,
    at: [Math.floor(i / columns), i % columns] as const,
    revealed: i + 1,
  }));
  const natural = views.map((view) => draw(view));
  const size = {
    width: Math.max(...natural.map(({ width }) => width)),
    height: Math.max(...natural.map(({ height }) => height)),
  };
  return views.map((view) => draw(view, size));
}
