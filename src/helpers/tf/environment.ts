/**
 * What native TensorFlow needs in the environment before it is loaded. The one place that says so: the backend
 * module, the kernelspec and the scripts all take it from here.
 *
 * - `TF_ENABLE_ONEDNN_OPTS`: Intel's oneDNN kernels. Not the default on every CPU; training takes twice as long without them.
 * - `TF_CPP_MIN_LOG_LEVEL`: 2 lets errors through and keeps notices and warnings back.
 */
export const TENSORFLOW_ENVIRONMENT = {
  TF_ENABLE_ONEDNN_OPTS: "1",
  TF_CPP_MIN_LOG_LEVEL: "2",
} as const;
