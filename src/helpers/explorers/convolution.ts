import { KERNELS, type Padding } from "../convolution";
import type { Displayable } from "../display/bundle";
import { DRAWING, MATRIX, type ExplorerInput } from "./inputs";
import { explorer } from "./page";
import { convolutionSetting } from "./setting";

export interface ConvolutionExplorerOptions {
  /** Images to offer beside the built-in matrix and drawing, such as a digit. */
  readonly inputs?: readonly ExplorerInput[];
  /** `[rows][columns]`, square, at most 5 × 5. */
  readonly kernel?: number[][];
  readonly padding?: Padding;
  readonly strides?: number;
  readonly dilationRate?: number;
}

/**
 * A convolution to play with in the output: choose the input and the kernel or edit both, set padding, stride and
 * dilation, and walk the window over the image. It needs no kernel and no network; an impossible setting says why.
 *
 * @throws RangeError if it would begin with an impossible setting, a kernel that is not square, or an unusable input.
 */
export function convolutionExplorer(options: ConvolutionExplorerOptions = {}): Displayable {
  const { inputs = [], kernel = KERNELS.verticalEdges, ...sliding } = options;
  if (kernel.length > 5 || kernel.some((row) => row.length !== kernel.length)) {
    throw new RangeError(
      `The explorer's kernel must be square, at most 5 × 5; found ${kernel.length} rows of ${kernel.map((row) => row.length).join(", ")}.`,
    );
  }
  return explorer({
    inputs: [MATRIX, DRAWING, ...inputs],
    setting: convolutionSetting({ input: MATRIX.pixels, kernel, ...sliding }),
  });
}
