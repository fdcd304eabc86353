import { backend_util, registerKernel, tidy, type Tensor4D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";

/**
 * Teaches tfjs's WebAssembly backend the one kernel that it lacks for training a CNN: the gradient of a convolution
 * with respect to its filter.
 *
 * That gradient is a convolution itself: for each offset in the filter it sums, over all images and places, the
 * input times the output's gradient. So the images become the channels: the input `[N, H, W, C]` read as
 * `[C, H, W, N]` is convolved with the gradient `[N, H', W', F]` read as a filter `[H', W', N, F]`; the forward
 * strides turn into dilations. The result `[C, kh, kw, F]` is turned into the filter's shape `[kh, kw, C, F]`.
 */
export function registerConv2DBackpropFilter(): void {
  registerKernel({
    kernelName: "Conv2DBackpropFilter",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs }) => {
      const x = inputs.x as unknown as Tensor4D;
      const dy = inputs.dy as unknown as Tensor4D;
      const { strides, pad, dataFormat, dimRoundingMode, filterShape } = attrs as unknown as {
        strides: [number, number] | number;
        pad: "valid" | "same" | number | backend_util.ExplicitPadding;
        dataFormat: "NHWC" | "NCHW";
        dimRoundingMode: "floor" | "round" | "ceil" | undefined;
        filterShape: [number, number, number, number];
      };
      if (dataFormat !== "NHWC")
        throw new Error(`Conv2DBackpropFilter on wasm: expected data format NHWC, found ${dataFormat}.`);
      const info = backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
      const { top, bottom, left, right } = info.padInfo;
      return tidy(() => {
        const images = tf.transpose(x, [3, 1, 2, 0]) as Tensor4D;
        const padded = tf.pad(images, [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ]);
        const filter = tf.transpose(dy, [1, 2, 0, 3]) as Tensor4D;
        const sums = tf.conv2d(padded, filter, 1, "valid", "NHWC", [info.strideHeight, info.strideWidth]);
        // With a stride the input can be longer than the windows reach: what lies past the filter is cut off.
        const gradient = tf.slice(sums, [0, 0, 0, 0], [-1, info.filterHeight, info.filterWidth, -1]);
        return tf.transpose(gradient, [1, 2, 0, 3]);
      });
    },
  });
}
