import { GifDisposal, GifEncoder } from "@napi-rs/canvas";
import { JUPYTER_DISPLAY, type Displayable } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { draw, type Drawing } from "./drawing";
import { rasterize, toPng } from "./image";
import {
  compute,
  convolutionSetting,
  poolingSetting,
  type ConvolutionOptions,
  type PoolingOptions,
  type Setting,
} from "./setting";

/** Milliseconds of one step, and of the finished output before it begins again. */
const STEP_TIME = 900;
const LAST_TIME = 2500;

/**
 * A convolution as a moving picture (GIF), for places without scripts: the window walks over the input, and the output
 * fills up cell by cell.
 *
 * @throws RangeError with the reason if the setting is impossible.
 */
export function convolutionAnimation(options: ConvolutionOptions): Displayable {
  return animation(convolutionSetting(options));
}

/**
 * A pooling as a moving picture (GIF). The stride is the window's size unless told.
 *
 * @throws RangeError with the reason if the setting is impossible.
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
      let shown: Uint8ClampedArray | undefined;
      frames.forEach((frame, i) => {
        const { data } = rasterize(frame, 1);
        encoder.addFrame(changes(data, shown), width, height, {
          delay: i < frames.length - 1 ? STEP_TIME : LAST_TIME,
          disposal: GifDisposal.Keep,
        });
        shown = data;
      });
      const gif = encoder.finish().toString("base64");
      const { window } = compute(setting);
      const text =
        `Animation: ${setting.operation} of ${window.inputShape.join(" × ")} by ${window.kernelShape.join(" × ")}, ` +
        `padding ${setting.padding}, stride ${setting.strides}, output ${window.outputShape.join(" × ")}`;
      // As HTML, because nbconvert draws no image/gif.
      const markup = `<img src="data:image/gif;base64,${gif}" width="${width}" height="${height}" alt="${escapeHtml(text)}">`;
      return {
        "text/html": markup,
        "image/png": toPng(rasterize(frames[frames.length - 1], 1)).toString("base64"),
        "text/plain": text,
      };
    },
  };
}

/** The RGBA pixels that differ from what is shown already; the others are transparent, which makes the file several times smaller. */
function changes(data: Uint8ClampedArray, shown: Uint8ClampedArray | undefined): Uint8Array {
  const changed = new Uint8Array(data);
  if (shown === undefined) return changed;
  for (let pixel = 0; pixel < data.length; pixel += 4) {
    const same =
      data[pixel] === shown[pixel] && data[pixel + 1] === shown[pixel + 1] && data[pixel + 2] === shown[pixel + 2];
    if (same) changed.fill(0, pixel, pixel + 4);
  }
  return changed;
}

/** A frame for each output cell, all of one size. */
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
