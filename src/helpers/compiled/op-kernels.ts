import * as tf from "../tf";
import { type NativeBackend, nativeBackend, typeAttribute } from "./native";

const RELU_GRADIENT = "ReluGrad";

/**
 * Uses TensorFlow's own op where tfjs-node takes a detour. Loops that aren't compiled gain from it as well.
 *
 * - The gradient of relu is one op instead of four (Greater, IsNan, Select, Mul).
 * - Gathering doesn't read the indices to check them: TensorFlow checks them itself, and a step that reads values can't
 *   be a graph (`tf.layers.embedding` gathers).
 */
export function installKernels(): void {
  if (nativeBackend() === undefined) return;
  replaceKernel(RELU_GRADIENT, (backend, { dy, y }) => {
    return backend.executeSingleOutput(RELU_GRADIENT, [typeAttribute(backend, "T", "float32")], [dy, y]);
  });
  tf.registerGradient({
    kernelName: tf.Relu,
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({ x: () => reluGradient(dy as tf.Tensor, y) }),
  });
  tf.registerGradient({
    kernelName: RELU_GRADIENT,
    inputsToSave: ["y"],
    gradFunc: (ddx, [y]) => ({ dy: () => reluGradient(ddx as tf.Tensor, y), y: () => tf.zerosLike(y) }),
  });
  replaceKernel(tf.GatherV2, (backend, { x, indices }, { axis, batchDims }) => {
    const axisTensor = tf.scalar(axis as number, "int32");
    const attributes = [
      { name: "batch_dims", type: backend.binding.TF_ATTR_INT, value: batchDims as number },
      typeAttribute(backend, "Tparams", x.dtype),
      typeAttribute(backend, "Tindices", indices.dtype),
      typeAttribute(backend, "Taxis", "int32"),
    ];
    const result = backend.executeSingleOutput(tf.GatherV2, attributes, [x, indices, axisTensor]);
    axisTensor.dispose();
    return result;
  });
}

function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  // A gradient is registered for all backends at once, a kernel for one.
  if (tf.getKernel(RELU_GRADIENT, tf.getBackend()) === undefined) return dy.mul(y.step());
  return tf.engine().runKernel(RELU_GRADIENT, { dy, y });
}

type Kernel = (
  backend: NativeBackend,
  inputs: Record<string, tf.TensorInfo>,
  attributes: tf.NamedAttrMap,
) => tf.TensorInfo;

function replaceKernel(kernelName: string, kernel: Kernel): void {
  const backendName = "tensorflow";
  if (tf.getKernel(kernelName, backendName) !== undefined) tf.unregisterKernel(kernelName, backendName);
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) =>
      kernel(backend as unknown as NativeBackend, inputs as Record<string, tf.TensorInfo>, attrs ?? {}),
  });
}
