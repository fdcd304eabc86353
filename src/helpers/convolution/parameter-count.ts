/** What a convolution layer's number of weights depends on: never the size of the image. */
export interface ConvolutionSize {
  /** Side of the kernel, or `[rows, columns]`. */
  readonly kernelSize: number | readonly [number, number];
  readonly inputChannels: number;
  readonly filters: number;
  readonly useBias?: boolean;
}

/** What a dense layer's number of weights depends on. */
export interface DenseSize {
  readonly inputs: number;
  readonly units: number;
  readonly useBias?: boolean;
}

/**
 * How many numbers a layer learns: its weights, and one bias per filter or unit unless `useBias` is false.
 *
 * @throws RangeError for a size that is not a whole number of at least 1.
 * @example parameterCount({ kernelSize: 3, inputChannels: 1, filters: 16 }) // 3·3·1·16 + 16 = 160
 * @example parameterCount({ inputs: 30 * 30, units: 1, useBias: false }) // 900
 */
export function parameterCount(layer: ConvolutionSize | DenseSize): number {
  const [inputs, outputs] =
    "filters" in layer
      ? [kernelArea(layer.kernelSize) * layer.inputChannels, layer.filters]
      : [layer.inputs, layer.units];
  for (const [what, value] of Object.entries({ inputs, outputs })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(
        `A layer's ${what} must be a whole number of at least 1; found ${value} in ${JSON.stringify(layer)}.`,
      );
    }
  }
  return (inputs + (layer.useBias === false ? 0 : 1)) * outputs;
}

function kernelArea(size: number | readonly [number, number]): number {
  return typeof size === "number" ? size * size : size[0] * size[1];
}
