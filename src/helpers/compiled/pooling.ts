import type { NativeBackend } from "./native";
import type { Op, Source, Trace } from "./trace";

/**
 * Pictures of this many numbers at most are small; 4 of 28 x 28 x 16 are. Measured on two cores: from twice as many on,
 * oneDNN's pooling is as fast as TensorFlow's own.
 */
const SMALL_PICTURE = 50_000;

/**
 * Has small pictures pooled by TensorFlow's own op. By default oneDNN's is used, whose threads need 50 µs to start, and
 * the pooling itself takes less than 5. TensorFlow doesn't hand over a pooling whose padding is written out, so that is
 * how it's written: the numbers are the same. Predicting one image with the article's model takes half the time.
 *
 * A trace with gradients keeps oneDNN's: its gradient is the faster one, and the two belong together.
 *
 * @returns The ops that replace an op in the graph.
 */
export function poolSmallPictures({ binding }: NativeBackend, { ops }: Trace): ReadonlyMap<Op, readonly Op[]> {
  if (ops.some(({ type }) => type === "MaxPoolGrad")) return new Map();
  const small = ops.filter(
    ({ type, inputs: [picture] }) => type === "MaxPool" && sizeOf(picture.shape) <= SMALL_PICTURE,
  );
  return new Map(
    small.map((op) => {
      const attributes = op.attributes.map((one) => (one.name === "padding" ? { ...one, value: "EXPLICIT" } : one));
      const paddings = { name: "explicit_paddings", type: binding.TF_ATTR_INT, value: explicitPaddings(op) };
      return [op, [{ ...op, attributes: [...attributes, paddings] }]];
    }),
  );
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** How much is padded before and after each axis, as TensorFlow does it: an odd one goes to the end. */
function explicitPaddings({ attributes, inputs: [picture] }: Op): number[] {
  const values = Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
  const [windows, strides] = [values.ksize as number[], values.strides as number[]];
  return picture.shape.flatMap((size, axis) => {
    if (values.padding === "VALID") return [0, 0];
    const covered = (Math.ceil(size / strides[axis]) - 1) * strides[axis] + windows[axis];
    const total = Math.max(covered - size, 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
}

/**
 * Swaps the gradients of relu and max pooling where pooling follows relu. Then relu's gradient passes over the pooled
 * picture, a quarter of the size if pooling is 2 x 2. The numbers are the same: pooling hands each gradient to the
 * window's largest value, so it doesn't matter whether the check that this value is positive comes before or after.
 *
 * The gradient of a bias, the sum over all positions, is also taken before pooling spreads it over the larger picture;
 * only the order of the additions differs.
 *
 * The forward pass stays: from a window of nothing but NaN, TensorFlow's pooling makes the lowest number, which shows
 * in the loss; relu after it would turn that into 0, and training that has gone wrong would look healthy.
 *
 * @returns The ops that replace an op in the graph; the last one gives the op's result.
 */
export function rectifyPooledGradients({ ops, outputs, assigned }: Trace): ReadonlyMap<Op, readonly Op[]> {
  const uses = new Map<Source, number>();
  for (const source of [...ops.flatMap(({ inputs }) => inputs), ...outputs, ...assigned.values()])
    uses.set(source, (uses.get(source) ?? 0) + 1);
  const replaced = new Map<Op, readonly Op[]>();
  /** The gradients rectified at the pooled size, by the op that rectified them at full size. */
  const rectified = new Map<Op, Source>();
  for (const op of ops) {
    const [gradient, values] = op.inputs;
    if (
      op.type === "ReluGrad" &&
      gradient.kind === "op" &&
      gradient.op.type === "MaxPoolGrad" &&
      gradient.op.inputs[0] === values &&
      uses.get(gradient) === 1
    ) {
      const [, pooled, incoming] = gradient.op.inputs;
      const ofRelu: Op = { ...op, inputs: [incoming, pooled] };
      const small: Source = { kind: "op", op: ofRelu, output: 0, dtype: pooled.dtype, shape: pooled.shape };
      replaced.set(gradient.op, []).set(op, [ofRelu, { ...gradient.op, inputs: [values, pooled, small] }]);
      rectified.set(op, small);
    } else if (sumsAllPositions(op) && gradient.kind === "op" && rectified.has(gradient.op)) {
      replaced.set(op, [{ ...op, inputs: [rectified.get(gradient.op)!, values] }]);
    }
  }
  return replaced;
}

/** Whether an op sums a picture over everything but its channels. */
function sumsAllPositions({ type, inputs: [, axes], attributes }: Op): boolean {
  const keepsAxes = attributes.some(({ name, value }) => name === "keep_dims" && value === true);
  return (
    type === "Sum" && !keepsAxes && axes.kind === "constant" && String([...axes.values].map(Number).sort()) === "0,1,2"
  );
}
