import { JUPYTER_DISPLAY, type Displayable } from "../display/bundle";
import { draw } from "./drawing";
import { rasterize, toPng } from "./image";
import {
  compute,
  convolutionSetting,
  poolingSetting,
  writtenOut,
  type ConvolutionOptions,
  type PoolingOptions,
  type Setting,
} from "./setting";

/**
 * One place of a convolution as a still picture: input, kernel and output, the window marked, its sum written out.
 *
 * @param at the output cell, `[row, column]`, counted from 0; the first one unless told
 * @throws RangeError if the setting is impossible or the output has no such cell
 */
export function convolutionPicture(options: ConvolutionOptions, at: readonly [number, number] = [0, 0]): Displayable {
  return picture(convolutionSetting(options), at);
}

/**
 * One place of a pooling as a still picture: input, window and output, the window marked, its values written out.
 *
 * @param at the output cell, `[row, column]`, counted from 0; the first one unless told
 * @throws RangeError if the setting is impossible or the output has no such cell
 */
export function poolingPicture(options: PoolingOptions, at: readonly [number, number] = [0, 0]): Displayable {
  return picture(poolingSetting(options), at);
}

function picture(setting: Setting, at: readonly [number, number]): Displayable {
  const result = compute(setting);
  if (result.output[at[0]]?.[at[1]] === undefined) {
    throw new RangeError(
      `The output is ${result.window.outputShape.join(" × ")} and has no cell [${at.join(", ")}]; rows and columns count from 0.`,
    );
  }
  return {
    [JUPYTER_DISPLAY]() {
      const png = toPng(rasterize(draw({ setting, result, at }), 1)).toString("base64");
      const text = `${setting.operation}, output row ${at[0] + 1}, column ${at[1] + 1}: ${writtenOut(setting, result, ...at).join(" ")}`;
      return { "image/png": png, "text/plain": text };
    },
  };
}
