import { outputSize, paddingAmounts, type Padding } from "./window";

/** What a receptive field depends on: a convolutional or pooling layer with a square window. */
export interface WindowLayer {
  readonly name: string;
  /** The window's side. */
  readonly kernelSize: number;
  /** By default 1, for pooling layers too. */
  readonly strides?: number;
  /** By default `valid`. */
  readonly padding?: Padding;
}

/** The part of the image that one layer's units see, along one axis, in pixels of the image. */
export interface ReceptiveField {
  readonly layer: string;
  /** The side of the layer's feature map. */
  readonly outputSize: number;
  /** How many pixels one unit sees. */
  readonly size: number;
  /** How many pixels lie between one unit's field and the next one's. */
  readonly jump: number;
  /** The first pixel of unit 0's field; negative if the field begins in the padding. */
  readonly start: number;
}

/**
 * The receptive fields of a stack of layers, from the image upwards: a kernel adds (kernelSize − 1) · jump pixels to
 * the field, a stride multiplies the jump. Unit `u` sees the pixels from `start + u · jump` up to, but not including,
 * `start + u · jump + size`. Source: Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural
 * Networks", Distill 2019.
 *
 * @param inputSize the image's side, in pixels
 * @param layers the layers in order, the first one next to the image
 * @throws if {@link outputSize} rejects a layer's window
 * @see notebooks/03-max-pooling.ipynb
 * @example
 * const layers = [
 *   { name: "conv", kernelSize: 3 },
 *   { name: "pool", kernelSize: 2, strides: 2 },
 * ];
 * receptiveField(28, layers).map(({ size }) => size) // [3, 4]
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
