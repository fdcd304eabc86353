import { checkWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import { fullScale, rangeScale, symmetricScale, type ColorScale } from "../display/color-scale";
import { shapedNumbers } from "../display/numbers";
import type { Picture } from "./picture";
import { describeScale, paint, type ImageSource, type ImageStack } from "./pixels";
import { drawGrid } from "./tiles";

/** How {@link kernelPicture} and {@link featureMapPicture} look. */
export interface LayerPictureOptions {
  readonly title?: string;
  /** Images in a row; 8 by default. */
  readonly columns?: number;
  /** How many pixels of the picture each pixel is wide and high. */
  readonly scale?: number;
  /** The values at the two ends of the colours. */
  readonly range?: readonly [number, number];
}

/**
 * The kernels of a convolutional layer, one square for each filter: negative weights are blue, positive ones red. All
 * input channels have the same colour scale.
 *
 * @param kernel shape `[rows, columns, inputChannels, filters]`, for example `layer.getWeights()[0]`
 * @param options.channel the input channel to draw; 0 by default
 * @throws if the kernel has another shape, or there is no such channel
 * @see notebooks/07-model.ipynb
 * @example await show(kernelPicture(model.layers[0].getWeights()[0])); // [3, 3, 1, 16]
 */
export function kernelPicture(kernel: ImageSource, options: LayerPictureOptions & { channel?: number } = {}): Picture {
  const { data, shape, dtype } = shapedNumbers(kernel, "kernelPicture");
  if (shape.length !== 4) {
    throw new UsageError(
      `kernelPicture: expected a kernel of shape [rows, columns, inputChannels, filters], ` +
        `found [${shape.join(", ")}].`,
    );
  }
  const [rows, columns, inputChannels, filters] = shape;
  const channel = checkWholeNumber("kernelPicture: channel", options.channel ?? 0, 0, inputChannels - 1);
  const stack = channelsFirst(
    filters,
    rows,
    columns,
    dtype,
    (filter, pixel) => data[(pixel * inputChannels + channel) * filters + filter],
  );
  const ofChannel = inputChannels === 1 ? "" : `input channel ${channel} of ${inputChannels}`;
  const { low, high } = fullScale(data);
  return drawStack(
    "kernelPicture",
    stack,
    options,
    symmetricScale(Math.max(-low, high)),
    [`${filters} ${filters === 1 ? "kernel" : "kernels"} of ${rows} × ${columns}`, ofChannel],
    Math.ceil(40 / columns),
  );
}

/**
 * A layer's feature maps for one image, one picture for each channel. White is the largest of all their values.
 *
 * @param maps shape `[rows, columns, channels]`, also in a batch of one
 * @param options.count how many maps are drawn; by default all
 * @throws if the maps have another shape
 * @see notebooks/07-model.ipynb
 * @example
 * const firstLayer = tf.model({ inputs: model.inputs, outputs: model.layers[0].output as tf.SymbolicTensor });
 * const maps = firstLayer.predict(xTestScaled.slice([0], [1])) as tf.Tensor; // [1, 28, 28, 16]
 * await show(featureMapPicture(maps));
 */
export function featureMapPicture(maps: ImageSource, options: LayerPictureOptions & { count?: number } = {}): Picture {
  const { data, shape, dtype } = shapedNumbers(maps, "featureMapPicture");
  const inner = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  if (inner.length !== 3 || data.length === 0) {
    throw new UsageError(
      `featureMapPicture: expected the feature maps of one image, shape [rows, columns, channels], ` +
        `found [${shape.join(", ")}].`,
    );
  }
  const [rows, columns, channels] = inner;
  const count = checkWholeNumber("featureMapPicture: count", options.count ?? channels, 1, channels);
  const stack = channelsFirst(count, rows, columns, dtype, (channel, pixel) => data[pixel * channels + channel]);
  const some = count < channels ? `${count} of ${channels}` : String(channels);
  return drawStack(
    "featureMapPicture",
    stack,
    options,
    fullScale(stack.data),
    [`${some} feature ${channels === 1 ? "map" : "maps"} of ${rows} × ${columns}`],
    Math.max(1, Math.round(64 / columns)),
  );
}

/** Images made from one value for each index and pixel. */
function channelsFirst(
  count: number,
  rows: number,
  columns: number,
  dtype: string,
  at: (index: number, pixel: number) => number,
): ImageStack {
  const size = rows * columns;
  const data = new Float32Array(count * size);
  for (let index = 0; index < count; index++) {
    for (let pixel = 0; pixel < size; pixel++) data[index * size + pixel] = at(index, pixel);
  }
  return { count, rows, columns, channels: 1, data, dtype };
}

function drawStack(
  name: string,
  stack: ImageStack,
  options: LayerPictureOptions,
  defaultColors: ColorScale,
  facts: string[],
  defaultScale: number,
): Picture {
  const colors = options.range === undefined ? defaultColors : rangeScale(options.range, `${name}: range`);
  const note = [...facts, describeScale(colors, stack)].filter(Boolean).join(", ");
  const tiles = Array.from({ length: stack.count }, (_, index) => ({ canvas: paint(stack, index, colors) }));
  return drawGrid(tiles, {
    title: options.title,
    note,
    columns: checkWholeNumber(`${name}: columns`, options.columns ?? Math.min(8, stack.count), 1),
    scale: checkWholeNumber(`${name}: scale`, options.scale ?? defaultScale, 1),
    text: [options.title, note].filter(Boolean).join(" · "),
  });
}
