/**
 * The layers of Keras that tfjs (4.22.0) has, with the options that mean the same in both. Any other option must have
 * one of the values in {@link HARMLESS}, or the layer would do something else here, unnoticed.
 */
export const KNOWN_LAYERS: Readonly<Record<string, readonly string[]>> = {
  InputLayer: [],
  Dense: ["units", "activation", "use_bias"],
  Conv1D: convolution(),
  Conv2D: convolution(),
  Conv3D: convolution(),
  Conv2DTranspose: convolution(),
  DepthwiseConv2D: [...convolution(), "depth_multiplier"],
  SeparableConv2D: [...convolution(), "depth_multiplier"],
  MaxPooling1D: pooling(),
  MaxPooling2D: pooling(),
  MaxPooling3D: pooling(),
  AveragePooling1D: pooling(),
  AveragePooling2D: pooling(),
  AveragePooling3D: pooling(),
  GlobalAveragePooling1D: [],
  GlobalAveragePooling2D: [],
  GlobalMaxPooling1D: [],
  GlobalMaxPooling2D: [],
  Flatten: [],
  Reshape: ["target_shape"],
  Permute: ["dims"],
  RepeatVector: ["n"],
  ZeroPadding2D: ["padding"],
  Cropping2D: ["cropping"],
  UpSampling2D: ["size", "interpolation"],
  Dropout: ["rate"],
  SpatialDropout1D: ["rate"],
  GaussianDropout: ["rate"],
  AlphaDropout: ["rate"],
  GaussianNoise: ["stddev"],
  Activation: ["activation"],
  ReLU: ["max_value"],
  LeakyReLU: ["alpha"],
  ELU: ["alpha"],
  PReLU: ["shared_axes"],
  Softmax: ["axis"],
  BatchNormalization: ["axis", "momentum", "epsilon", "center", "scale"],
  LayerNormalization: ["axis", "epsilon", "center", "scale"],
  Embedding: ["input_dim", "output_dim", "mask_zero", "input_length"],
  Masking: ["mask_value"],
  SimpleRNN: recurrent(),
  LSTM: [...recurrent(), "recurrent_activation", "unit_forget_bias"],
  Add: [],
  Multiply: [],
  Average: [],
  Maximum: [],
  Minimum: [],
  Concatenate: ["axis"],
  Dot: ["axes", "normalize"],
  Rescaling: ["scale", "offset"],
};

/** Options of every layer, and those that matter only when a layer is made or trained elsewhere. */
export const COMMON_OPTIONS: ReadonlySet<string> = new Set([
  ...["name", "trainable", "dtype", "batch_input_shape", "batch_shape", "build_config", "seed", "autocast"],
  ...["implementation", "renorm_momentum", "input_shape", "_jit_compiled_convolution_op", "batch_size"],
]);

/** The values with which an option that tfjs doesn't have changes nothing. */
export const HARMLESS: Readonly<Record<string, unknown>> = {
  groups: 1,
  data_format: "channels_last",
  negative_slope: 0,
  threshold: 0,
  fill_mode: "constant",
};

/** The activations that compute the same in Keras and tfjs, by Keras's names, with tfjs's. */
export const KNOWN_ACTIVATIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      "linear",
      "relu",
      "relu6",
      "elu",
      "selu",
      "sigmoid",
      "softmax",
      "softplus",
      "softsign",
      "tanh",
      "swish",
      "mish",
    ].map((name) => [name, name]),
  ),
  silu: "swish",
};

function convolution(): string[] {
  return ["filters", "kernel_size", "strides", "padding", "dilation_rate", "activation", "use_bias"];
}

function pooling(): string[] {
  return ["pool_size", "strides", "padding"];
}

function recurrent(): string[] {
  return ["units", "activation", "use_bias", "dropout", "recurrent_dropout", "return_sequences", "return_state"].concat(
    ["go_backwards", "stateful", "unroll"],
  );
}
