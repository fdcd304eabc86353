import { outputSize, paddingAmounts, type Padding } from "./window";

/** A convolution or pooling layer with a square window, as far as receptive fields care. */
export interface WindowLayer {
  readonly name: string;
  readonly kernelSize: number;
  readonly strides?: number;
  readonly padding?: Padding;
}

/** What one layer's units see of the image, along one axis, in pixels of the image. */
export interface ReceptiveField {
  readonly layer: string;
  /** Side of the layer's feature map. */
  readonly outputSize: number;
  /** Pixels that one unit sees. */
  readonly size: number;
  /** Pixels from one unit's field to the next one's. */
  readonly jump: number;
  /** First pixel of unit 0's field; negative where the field begins in the padding. */
  readonly start: number;
}

/**
 * The receptive fields of a stack of layers, from the image upwards: a kernel adds (kernelSize − 1) · jump pixels to the field,
 * a stride multiplies the jump. Unit `u` sees the pixels `start + u · jump` up to, but not with, `start + u · jump + size`.
 * Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019.
 *
 * @param inputSize side of the image, in pixels.
 * @throws RangeError as {@link outputSize} for a layer whose window cannot slide.
 */
export function receptiveField(inputSize: number, layers: readonly WindowLayer[]): ReceptiveField[] {
  const fields: ReceptiveField[] = [];
  let below = { outputSize: inputSize, size: 1, jump: 1, start: 0 };
  for (const { name, kernelSize, strides = 1, padding = "valid" } of layers) {
    const options = { strides, padding };
    const [before] = paddingAmounts(below.outputSize, kernelSize, options);
    below = {
      outputSize: outputSize(below.outputSize, kernelSize, options),
      size: below.size + (kernelSize - 1) * below.jump,
      jump: below.jump * strides,
      start: below.start - before * below.jump,
    };
    fields.push({ layer: name, ...below });
  }
  return fields;
}
