import type { Padding } from "../convolution";
import type { Displayable } from "../display/bundle";
import { DRAWING, MATRIX, ONE_TO_SIXTEEN, type ExplorerInput } from "./inputs";
import { explorer } from "./page";
import { poolingSetting } from "./setting";

export interface PoolingExplorerOptions {
  /** Images to offer beside the built-in matrices and the drawing, such as a digit. */
  readonly inputs?: readonly ExplorerInput[];
  readonly poolSize?: number;
  readonly padding?: Padding;
  /** Default: the window's size. */
  readonly strides?: number;
}

/**
 * Max and average pooling to play with in the output: choose or edit the input, set the window, padding and stride, and
 * walk the window over the image. It needs no kernel and no network; an impossible setting says why.
 *
 * @throws RangeError if it would begin with an impossible setting or an unusable input.
 */
export function poolingExplorer(options: PoolingExplorerOptions = {}): Displayable {
  const { inputs = [], poolSize = 2, ...sliding } = options;
  return explorer({
    inputs: [ONE_TO_SIXTEEN, MATRIX, DRAWING, ...inputs],
    setting: poolingSetting({ input: ONE_TO_SIXTEEN.pixels, poolSize, ...sliding }),
  });
}
