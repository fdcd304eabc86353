import * as tf from "../tf";

/** A tensor as the native addon describes it: its handle, its shape and the number of its TensorFlow type. */
interface NativeTensor {
  readonly id: number;
  readonly shape: number[];
  readonly dtype: number;
}

/** One attribute of a TensorFlow op, as tfjs-node passes it to the addon. */
export interface OpAttribute {
  readonly name: string;
  /** One of the addon's `TF_ATTR_…` numbers. */
  readonly type: number;
  readonly value: boolean | number | string | number[] | boolean[];
}

interface Binding {
  loadSavedModel(directory: string, tag: string): number;
  deleteSavedModel(id: number): void;
  runSavedModel(id: number, inputIds: number[], inputNames: string, outputNames: string): NativeTensor[];
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
}

/** The parts of tfjs-node's backend (4.22.0) that tracing and replaying need. Some are private in its own types. */
export interface NativeBackend {
  readonly binding: Binding;
  readonly tensorMap: { has(dataId: object): boolean };
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(name: string, attributes: OpAttribute[], inputs: tf.TensorInfo[], count: number): tf.Tensor[];
  createOutputTensor(tensor: NativeTensor): tf.Tensor;
  getInputTensorIds(tensors: { readonly dataId: object }[]): number[];
  readSync(dataId: object): tf.backend_util.BackendValues;
  read(dataId: object): Promise<tf.backend_util.BackendValues>;
  write(values: tf.backend_util.BackendValues, shape: number[], dtype: tf.DataType): object;
  move(
    dataId: object,
    values: tf.backend_util.BackendValues,
    shape: number[],
    dtype: tf.DataType,
    refCount: number,
  ): void;
}

/** tfjs-node's backend, or `undefined` when tfjs uses another one: only native TensorFlow runs graphs. */
export function nativeBackend(): NativeBackend | undefined {
  return tf.getBackend() === "tensorflow" ? (tf.backend() as unknown as NativeBackend) : undefined;
}

/** The numbers of TensorFlow's types (`tensorflow/core/framework/types.proto`). */
export const DATA_TYPES: Readonly<Record<string, number>> = { float32: 1, int32: 3, string: 7, complex64: 8, bool: 10 };

/** An op's attribute that names a type, such as `T`. */
export function typeAttribute({ binding }: NativeBackend, name: string, dtype: tf.DataType): OpAttribute {
  return { name, type: binding.TF_ATTR_TYPE, value: DATA_TYPES[dtype] };
}

/** All current variables by name. */
export function variablesByName(): Readonly<Record<string, tf.Variable>> {
  return tf.engine().registeredVariables as Record<string, tf.Variable>;
}
