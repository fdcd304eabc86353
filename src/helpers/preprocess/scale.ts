import { isWholeNumber } from "../../shared/checks";
import { UsageError } from "../../shared/usage-error";
import type { Images } from "../mnist/idx";
import * as tf from "../tf";
import { describe } from "../tf/checks";

/**
 * Turns bytes into numbers from 0 to 1, like `x.astype("float32") / 255` in NumPy.
 *
 * @param images bytes of shape `[count, rows, columns]`
 * @returns float32 tensor of the same shape, values 0..1; freed when nothing refers to it any more
 * @throws if these aren't images, or there are more or fewer bytes than the shape says
 * @see notebooks/05-preprocess.ipynb
 * @example const xTrainScaled = addChannelAxis(scale(xTrain)); // [60000, 28, 28, 1], from 0 to 1
 */
export function scale(images: Images): tf.Tensor3D {
  checkImages(images);
  // One pass in JavaScript: tfjs has no byte tensors, so going through int32 would hold every pixel three times.
  const values = new Float32Array(images.data.length);
  for (let i = 0; i < values.length; i++) values[i] = images.data[i] / 255;
  return tf.tensor3d(values, [...images.shape]);
}

function checkImages(images: Images): void {
  if (!ArrayBuffer.isView(images?.data) || !Array.isArray(images.shape)) {
    throw new UsageError(
      `scale: expected images { data: bytes, shape: [count, rows, columns] }, found ${describe(images)}. ` +
        "Load them with loadData().",
    );
  }
  const { data, shape } = images;
  if ((shape as readonly number[]).length !== 3 || !shape.every((size) => isWholeNumber(size, 0))) {
    throw new UsageError(
      `scale: expected the shape [count, rows, columns], found [${shape.join(", ")}]. Pass images, not labels.`,
    );
  }
  const expected = shape[0] * shape[1] * shape[2];
  if (data.length !== expected) {
    throw new UsageError(
      `scale: expected ${expected} bytes for the shape [${shape.join(", ")}], found ${data.length}. ` +
        "Correct the shape, or load the images again.",
    );
  }
}
