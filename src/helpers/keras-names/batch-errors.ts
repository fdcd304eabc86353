import { UsageError } from "../../shared/usage-error";
import * as tf from "../tf";

/** The parts of tfjs-layers' model (4.22.0) that say what its data look like; protected or private in its types. */
interface ModelShapes {
  readonly model?: ModelShapes;
  readonly feedInputShapes: tf.Shape[];
  readonly feedOutputShapes?: tf.Shape[];
  readonly loss?: unknown;
  readonly inputNames: string[];
  readonly outputNames: string[];
}

/**
 * Checks a batch before tfjs does, and says what to do about the usual mistakes. What passes here is checked by tfjs
 * again.
 *
 * @throws UsageError if the batch doesn't fit the model
 */
export function requireFittingBatch(model: tf.LayersModel, x: unknown, y: unknown): void {
  const outer = model as unknown as ModelShapes;
  const { feedInputShapes, feedOutputShapes, loss, inputNames, outputNames } = outer.model ?? outer;
  const caller = `model "${model.name}"`;
  const inputs = tensorsOf(x, inputNames);
  const targets = tensorsOf(y, outputNames);
  if (inputs?.length === feedInputShapes.length)
    inputs.forEach((input, i) =>
      requireInput(
        caller,
        input,
        feedInputShapes[i],
        feedInputShapes.length > 1 ? `the input "${inputNames[i]}"` : "inputs",
      ),
    );
  if (feedOutputShapes === undefined || targets?.length !== feedOutputShapes.length) return;
  targets.forEach((target, i) => {
    const own = typeof loss === "string" ? loss : (loss as Record<string, unknown> | undefined)?.[outputNames[i]];
    const byPlace: unknown = Array.isArray(loss) ? loss[i] : own;
    requireTarget(caller, target, feedOutputShapes[i], typeof byPlace === "string" ? byPlace : undefined);
  });
  const sizes = [...(inputs ?? []), ...targets].map((tensor) => tensor.shape[0]);
  if (sizes.some((size) => size !== sizes[0])) {
    throw new UsageError(
      `${caller}: expected as many labels as inputs in a batch, found ${sizes.join(" and ")}. ` +
        "Make both from the same examples, in the same order.",
    );
  }
}

function tensorsOf(data: unknown, names: readonly string[]): tf.Tensor[] | undefined {
  if (data instanceof tf.Tensor) return [data];
  const values: unknown[] = Array.isArray(data)
    ? data
    : typeof data === "object" && data !== null
      ? names.map((name) => (data as Record<string, unknown>)[name])
      : [];
  return values.length > 0 && values.every((value) => value instanceof tf.Tensor) ? values : undefined;
}

function requireInput(caller: string, { shape }: tf.Tensor, expected: tf.Shape, subject: string): void {
  if (fits(shape, expected)) return;
  const found = `found ${batchShape(shape)}`;
  const message = `${caller}: expected ${subject} of shape ${batchShape(expected)}, ${found}. `;
  if (expected.length === 4 && shape.length === 3 && fits([...shape, 1], expected))
    throw new UsageError(`${message}The channel axis is missing: use addChannelAxis(images).`);
  if (expected.length === shape.length + 1 && fits([1, ...shape], expected))
    throw new UsageError(
      `${message}The batch axis is missing: batch the dataset with .batch(32), or reshape the input.`,
    );
  if (
    expected.length === 2 &&
    shape.length > 2 &&
    fits([shape[0], shape.slice(1).reduce((a, b) => a * b, 1)], expected)
  )
    throw new UsageError(`${message}Begin the model with tf.layers.flatten, or reshape the inputs.`);
  throw new UsageError(`${message}Change the first layer's inputShape, or the data.`);
}

function requireTarget(caller: string, { shape }: tf.Tensor, expected: tf.Shape, loss: string | undefined): void {
  const classes = expected[expected.length - 1] ?? 1;
  const areClassNumbers = shape.length === expected.length - 1 || (shape[shape.length - 1] === 1 && classes > 1);
  if (loss === "sparseCategoricalCrossentropy") {
    if (shape.length === expected.length && shape[shape.length - 1] === classes && classes > 1) {
      throw new UsageError(
        `${caller}: expected class numbers of shape ${batchShape(expected.slice(0, -1))} for the loss ${loss}, ` +
          `found labels of shape ${batchShape(shape)}, which look one-hot. ` +
          'Compile with the loss "categoricalCrossentropy", or make class numbers with labels.argMax(-1).',
      );
    }
    return;
  }
  // tfjs itself adds an axis of 1.
  if (fits(shape, expected) || (shape.length === 1 && fits([...shape, 1], expected))) return;
  const message = `${caller}: expected labels of shape ${batchShape(expected)}, found ${batchShape(shape)}. `;
  if (areClassNumbers && classes > 1 && (loss === undefined || /crossentropy|hinge|kullback/i.test(loss))) {
    throw new UsageError(
      `${message}If they are class numbers, make them one-hot with toCategorical(labels, ${classes}), ` +
        'or compile with the loss "sparseCategoricalCrossentropy".',
    );
  }
  throw new UsageError(`${message}Change the last layer's units, or the labels.`);
}

/** Whether a shape is one of those that are expected; `null` stands for any size, and the first axis is the batch. */
function fits(shape: tf.Shape, expected: tf.Shape): boolean {
  return (
    shape.length === expected.length &&
    expected.every((size, axis) => axis === 0 || size == null || size === shape[axis])
  );
}

function batchShape(shape: tf.Shape): string {
  return `[${["batch", ...shape.slice(1).map((size) => size ?? "any")].join(", ")}]`;
}
