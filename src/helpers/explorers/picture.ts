import { UsageError } from "../../shared/usage-error";
import { JUPYTER_DISPLAY, type Displayable } from "../display/bundle";
import { draw } from "./drawing";
import { paperPng } from "./paper";
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
 * One step of a convolution as a still picture: input, kernel and output, with the window marked and its sum written
 * out.
 *
 * @param options the input, the kernel and how it slides
 * @param at the output cell, `[row, column]`, counted from 0; by default the first
 * @throws if the setting is impossible or the output has no such cell
 * @see notebooks/02-convolution.ipynb
 * @example
 * const input = [[0, 1, 2], [3, 4, 5], [6, 7, 8]];
 * await show(convolutionPicture({ input, kernel: [[0, 1], [2, 3]] }, [0, 1])); // 1·0 + 2·1 + 4·2 + 5·3 = 25
 */
export function convolutionPicture(options: ConvolutionOptions, at: readonly [number, number] = [0, 0]): Displayable {
  return picture(convolutionSetting(options), at);
}

/**
 * One step of a pooling as a still picture: input, window and output, with the window marked and its values written
 * out.
 *
 * @param options the input, the window and how it slides
 * @param at the output cell, `[row, column]`, counted from 0; by default the first
 * @throws if the setting is impossible or the output has no such cell
 * @see notebooks/03-max-pooling.ipynb
 * @example await show(poolingPicture({ input: [[1, 2], [3, 4]], poolSize: 2 })); // the largest is 4
 */
export function poolingPicture(options: PoolingOptions, at: readonly [number, number] = [0, 0]): Displayable {
  return picture(poolingSetting(options), at);
}

function picture(setting: Setting, at: readonly [number, number]): Displayable {
  const result = compute(setting);
  if (result.output[at[0]]?.[at[1]] === undefined) {
    throw new UsageError(
      `at: expected a cell of the output, which is ${result.window.outputShape.join(" × ")}, ` +
        `found [${at.join(", ")}]. Rows and columns count from 0.`,
    );
  }
  return {
    [JUPYTER_DISPLAY]() {
      const png = paperPng(draw({ setting, result, at }));
      const sum = writtenOut(setting, result, ...at).join(" ");
      const text = `${setting.operation}, output row ${at[0] + 1}, column ${at[1] + 1}: ${sum}`;
      return { "image/png": png, "text/plain": text };
    },
  };
}
