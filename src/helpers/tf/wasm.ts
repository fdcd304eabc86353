import { backend_util, registerKernel, tidy, type Tensor4D } from "@tensorflow/tfjs";
import * as tf from "@tensorflow/tfjs";

/**
 * Adds the one kernel for training a CNN that tfjs's WebAssembly backend lacks: the gradient of a convolution with
 * respect to its filter.
 *
 * That gradient is itself a convolution: for each offset in the filter it sums the input times the output's gradient,
 * over all images and positions. So the images become the channels: the input `[N, H, W, C]`, transposed to
 * `[C, H, W, N]`, is convolved with the gradient `[N, H', W', F]`, transposed to a filter `[H', W', N, F]`; the forward
 * strides become dilations. The result `[C, kh, kw, F]` is transposed to the filter's shape `[kh, kw, C, F]`.
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
        // With a stride, the windows may not reach the end of the input: cut off what lies beyond the filter.
        const gradient = tf.slice(sums, [0, 0, 0, 0], [-1, info.filterHeight, info.filterWidth, -1]);
        return tf.transpose(gradient, [1, 2, 0, 3]);
      });
    },
  });
}
