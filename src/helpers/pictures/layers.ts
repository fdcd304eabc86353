import { checkWholeNumber } from "../../shared/checks";
import { shapedNumbers } from "../display/numbers";
import type { Picture } from "./picture";
import { chooseScale, countNotFinite, describeScale, paint, type ImageSource, type ImageStack } from "./pixels";
import { drawGrid } from "./tiles";

export interface LayerPictureOptions {
  readonly title?: string;
  readonly columns?: number;
  /** How many picture pixels each pixel becomes. */
  readonly scale?: number;
  readonly range?: readonly [number, number];
}

/**
 * The kernels of a convolutional layer, one square for each filter: negative weights blue, positive red, with the same
 * colours for all its input channels.
 *
 * @param kernel shape `[rows, columns, inputChannels, filters]`, as `layer.getWeights()[0]`
 * @param options.channel which input channel is drawn; 0 by default
 * @throws when the shape is another one, or `channel` is not in it
 */
export function kernelPicture(kernel: ImageSource, options: LayerPictureOptions & { channel?: number } = {}): Picture {
  const { data, shape, dtype } = shapedNumbers(kernel, "kernelPicture");
  if (shape.length !== 4) {
    throw new Error(
      `kernelPicture: expected a kernel of shape [rows, columns, inputChannels, filters], found [${shape.join(", ")}].`,
    );
  }
  const [rows, columns, inputChannels, filters] = shape;
  const channel = options.channel ?? 0;
  if (!Number.isInteger(channel) || channel < 0 || channel >= inputChannels) {
    throw new Error(`kernelPicture: expected a channel from 0 to ${inputChannels - 1}, found ${channel}.`);
  }
  const stack = channelsFirst(
    filters,
    rows,
    columns,
    dtype,
    (filter, pixel) => data[(pixel * inputChannels + channel) * filters + filter],
  );
  const ofChannel = inputChannels === 1 ? "" : `input channel ${channel} of ${inputChannels}`;
  const range = options.range ?? symmetricRange(data);
  return drawStack(
    "kernelPicture",
    stack,
    { ...options, range },
    [`${filters} ${filters === 1 ? "kernel" : "kernels"} of ${rows} × ${columns}`, ofChannel],
    Math.ceil(40 / columns),
  );
}

/**
 * The feature maps that a layer makes of one image, one grey picture for each channel.
 *
 * @param maps shape `[rows, columns, channels]`, also in a batch of one
 * @param options.count how many maps are drawn; all by default
 * @throws when the shape is another one
 */
export function featureMapPicture(maps: ImageSource, options: LayerPictureOptions & { count?: number } = {}): Picture {
  const { data, shape, dtype } = shapedNumbers(maps, "featureMapPicture");
  const inner = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  if (inner.length !== 3 || data.length === 0) {
    throw new Error(
      `featureMapPicture: expected the feature maps of one image, shape [rows, columns, channels], found [${shape.join(", ")}].`,
    );
  }
  const [rows, columns, channels] = inner;
  const count = checkWholeNumber("featureMapPicture: count", options.count ?? channels, 1);
  if (count > channels)
    throw new Error(`featureMapPicture: expected a count of at most ${channels} channels, found ${count}.`);
  const stack = channelsFirst(count, rows, columns, dtype, (channel, pixel) => data[pixel * channels + channel]);
  const some = count < channels ? `${count} of ${channels}` : String(channels);
  return drawStack(
    "featureMapPicture",
    stack,
    options,
    [`${some} feature ${channels === 1 ? "map" : "maps"} of ${rows} × ${columns}`],
    Math.max(1, Math.round(64 / columns)),
  );
}

function symmetricRange(values: ArrayLike<number>): [number, number] {
  let largest = 0;
  for (let index = 0; index < values.length; index++) {
    if (Number.isFinite(values[index])) largest = Math.max(largest, Math.abs(values[index]));
  }
  return largest === 0 ? [-1, 1] : [-largest, largest];
}

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
  facts: string[],
  defaultScale: number,
): Picture {
  const colors = chooseScale(stack.data, stack.dtype, options.range, `${name}: range`);
  const note = [...facts, describeScale(colors, countNotFinite(stack.data))].filter(Boolean).join(", ");
  const tiles = Array.from({ length: stack.count }, (_, index) => ({ canvas: paint(stack, index, colors) }));
  return drawGrid(tiles, {
    title: options.title,
    note,
    columns: checkWholeNumber(`${name}: columns`, options.columns ?? Math.min(8, stack.count), 1),
    scale: checkWholeNumber(`${name}: scale`, options.scale ?? defaultScale, 1),
    text: [options.title, note].filter(Boolean).join(" · "),
  });
}
