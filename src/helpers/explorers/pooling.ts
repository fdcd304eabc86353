import type { Padding } from "../convolution/window";
import type { Displayable } from "../display/bundle";
import { DRAWING, MATRIX, ONE_TO_SIXTEEN, type ExplorerInput } from "./inputs";
import { explorer } from "./page";
import { poolingSetting } from "./setting";

/** How a pooling explorer starts. */
export interface PoolingExplorerOptions {
  /** Images to offer besides the built-in matrices and the drawing, for example a digit. */
  readonly inputs?: readonly ExplorerInput[];
  readonly poolSize?: number;
  readonly padding?: Padding;
  /** By default the window size. */
  readonly strides?: number;
}

/**
 * Max and average pooling to play with: choose or edit the input, set the window, padding and stride, and move the
 * window over the image. Once shown, it needs neither a running kernel nor a network. It explains impossible settings.
 *
 * @throws if the initial setting is impossible, or an input can't be shown
 * @see notebooks/03-max-pooling.ipynb
 * @example await show(poolingExplorer());
 */
export function poolingExplorer(options: PoolingExplorerOptions = {}): Displayable {
  const { inputs = [], poolSize = 2, ...sliding } = options;
  return explorer({
    inputs: [ONE_TO_SIXTEEN, MATRIX, DRAWING, ...inputs],
    setting: poolingSetting({ input: ONE_TO_SIXTEEN.pixels, poolSize, ...sliding }),
  });
}
