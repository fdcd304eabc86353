/**
 * The environment variables that native TensorFlow needs before it is loaded. The backend, the kernelspec and the
 * scripts all read them from here.
 *
 * - `TF_ENABLE_ONEDNN_OPTS`: turns on Intel's oneDNN kernels, which aren't the default on every CPU. Without them,
 *   training takes twice as long.
 * - `TF_CPP_MIN_LOG_LEVEL`: 2 logs errors, but neither notices nor warnings.
 */
export const TENSORFLOW_ENVIRONMENT = {
  TF_ENABLE_ONEDNN_OPTS: "1",
  TF_CPP_MIN_LOG_LEVEL: "2",
} as const;
