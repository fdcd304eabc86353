import { UsageError } from "../../shared/usage-error";
import { KERNELS } from "../convolution/kernels";
import type { Padding } from "../convolution/window";
import type { Displayable } from "../display/bundle";
import { DRAWING, MATRIX, MAX_KERNEL_SIZE, type ExplorerInput } from "./inputs";
import { explorer } from "./page";
import { convolutionSetting } from "./setting";

/** How a convolution explorer starts. */
export interface ConvolutionExplorerOptions {
  /** Images to offer besides the built-in matrix and drawing, for example a digit. */
  readonly inputs?: readonly ExplorerInput[];
  /** `[rows][columns]`, square, at most 5 × 5. */
  readonly kernel?: number[][];
  readonly padding?: Padding;
  readonly strides?: number;
  readonly dilationRate?: number;
}

/**
 * A convolution to play with: choose or edit the input and the kernel, set padding, stride and dilation, and move the
 * window over the image. Once shown, it needs neither a running kernel nor a network. It explains impossible settings.
 *
 * @throws if the initial setting is impossible, the kernel isn't square, or an input can't be shown
 * @see notebooks/02-convolution.ipynb
 * @example
 * await show(convolutionExplorer()); // with an input and a kernel to start from
 * await show(convolutionExplorer({ inputs: [{ name: "a corner", pixels: [[0, 0, 0], [0, 1, 1], [0, 1, 1]] }] }));
 */
export function convolutionExplorer(options: ConvolutionExplorerOptions = {}): Displayable {
  const { inputs = [], kernel = KERNELS.verticalEdges, ...sliding } = options;
  if (kernel.length > MAX_KERNEL_SIZE || kernel.some((row) => row.length !== kernel.length)) {
    throw new UsageError(
      `convolutionExplorer: expected a square kernel of at most ${MAX_KERNEL_SIZE} × ${MAX_KERNEL_SIZE}, ` +
        `found ${kernel.length} rows of ${kernel.map((row) => row.length).join(", ")} numbers.`,
    );
  }
  return explorer({
    inputs: [MATRIX, DRAWING, ...inputs],
    setting: convolutionSetting({ input: MATRIX.pixels, kernel, ...sliding }),
  });
}
