import type * as tf from "@tensorflow/tfjs";
import { JUPYTER_DISPLAY, type MimeBundle } from "../display/bundle";
import { formatShort } from "../display/format";
import { shapedNumbers } from "../display/numbers";
import { imagePicture } from "../pictures/images";

/** Tensors with at most this many values are shown in full. */
const MAX_VALUES_IN_FULL = 100;
const FIRST_VALUES = 8;
const SIGNIFICANT_DIGITS = 5;

/**
 * A tensor as one output: its numbers if there are few, a picture if it has the shape of an image, otherwise a summary.
 *
 * @throws if the tensor was disposed
 */
export function tensorBundle(tensor: tf.Tensor): MimeBundle {
  const heading = `Tensor [${tensor.shape.join(", ")}] ${tensor.dtype}`;
  if (tensor.dtype === "string" || tensor.dtype === "complex64")
    return { "text/plain": tensor.toString().replace("Tensor", heading) };
  const { data } = shapedNumbers(tensor, "show");
  if (tensor.size <= MAX_VALUES_IN_FULL) return { "text/plain": `${heading}\n${numbersText(data, tensor.shape)}` };
  const summary = `${heading}\n${summaryText(data)}`;
  if (!isImage(tensor.shape)) return { "text/plain": summary };
  return { ...imagePicture(tensor)[JUPYTER_DISPLAY](), "text/plain": summary };
}

/** Whether a shape is that of one image, with one channel or three, that is large enough to look at. */
function isImage(shape: readonly number[]): boolean {
  const inner = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
  const [rows, columns, channels = 1] = inner;
  return (
    (inner.length === 2 || inner.length === 3) &&
    (channels === 1 || channels === 3) &&
    rows >= 8 &&
    columns >= 8 &&
    rows <= 1024 &&
    columns <= 1024
  );
}

function summaryText(data: ArrayLike<number>): string {
  let [low, high, sum, finite] = [Infinity, -Infinity, 0, 0];
  for (let index = 0; index < data.length; index++) {
    const value = data[index];
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
    finite++;
  }
  const first = Array.from({ length: Math.min(FIRST_VALUES, data.length) }, (_, index) => short(data[index])).join(
    ", ",
  );
  const lines = finite === 0 ? [] : [`min ${short(low)}, max ${short(high)}, mean ${short(sum / finite)}`];
  if (finite < data.length) lines.push(`${data.length - finite} of ${data.length} values aren't finite`);
  lines.push(`first values ${first}${data.length > FIRST_VALUES ? ", …" : ""}`);
  return lines.join("\n");
}

/** Nested brackets with aligned columns, like NumPy's. */
function numbersText(data: ArrayLike<number>, shape: readonly number[]): string {
  const texts = Array.from({ length: data.length }, (_, index) => short(data[index]));
  const width = Math.max(0, ...texts.map((text) => text.length));
  if (shape.length === 0) return texts[0];
  const write = (axis: number, start: number): string => {
    const size = shape[axis];
    const stride = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
    const parts = Array.from({ length: size }, (_, index) =>
      axis === shape.length - 1 ? texts[start + index].padStart(width) : write(axis + 1, start + index * stride),
    );
    const separator =
      axis === shape.length - 1 ? ", " : "," + "\n".repeat(shape.length - 1 - axis) + " ".repeat(axis + 1);
    return `[${parts.join(separator)}]`;
  };
  return write(0, 0);
}

function short(value: number): string {
  return formatShort(value, SIGNIFICANT_DIGITS);
}
