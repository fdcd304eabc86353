import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import { pair } from "./window";

/** What the number of a convolutional layer's parameters depends on. The size of the image isn't part of it. */
export interface ConvolutionSize {
  /** The kernel's side, or `[rows, columns]`. */
  readonly kernelSize: number | readonly [number, number];
  readonly inputChannels: number;
  readonly filters: number;
  readonly useBias?: boolean;
}

/** What the number of a dense layer's parameters depends on. */
export interface DenseSize {
  readonly inputs: number;
  readonly units: number;
  readonly useBias?: boolean;
}

/**
 * How many parameters a layer learns: its weights, and one bias per filter or unit unless `useBias` is false.
 *
 * @throws if a size isn't a whole number of at least 1
 * @see notebooks/02-convolution.ipynb
 * @example parameterCount({ kernelSize: 3, inputChannels: 1, filters: 16 }) // 3·3·1·16 + 16 = 160
 * @example parameterCount({ inputs: 30 * 30, units: 1, useBias: false }) // 900
 */
export function parameterCount(layer: ConvolutionSize | DenseSize): number {
  if (typeof layer !== "object" || layer === null) {
    throw new UsageError(
      `parameterCount: expected { kernelSize, inputChannels, filters } or { inputs, units }, found ${String(layer)}.`,
    );
  }
  const bias = layer.useBias === false ? 0 : 1;
  if ("units" in layer) return (size("inputs", layer.inputs) + bias) * size("units", layer.units);
  const [rows, columns] = pair(layer.kernelSize);
  const weights = size("kernelSize", rows) * size("kernelSize", columns) * size("inputChannels", layer.inputChannels);
  return (weights + bias) * size("filters", layer.filters);
}

function size(name: string, value: number): number {
  return checkWholeNumber(`parameterCount: ${name}`, value, 1);
}
