import * as tf from "../tf";
import { fuseAdam } from "./adam";
import { type NativeBackend, type OpAttribute, typeAttribute, variablesByName } from "./native";
import { learningRateOf } from "./optimizers";
import { drawInGraph } from "./random";

/** Where a value of the recorded run came from. */
export type Source = { readonly dtype: tf.DataType; readonly shape: number[] } & (
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "variable"; readonly variable: tf.Variable }
  /** Numbers that JavaScript wrote during the run. */
  | { readonly kind: "constant"; readonly values: tf.backend_util.BackendValues }
  /** `factor` times the learning rate that the optimizer has at the moment; found by comparing two recordings. */
  | { readonly kind: "rate"; readonly optimizer: tf.Optimizer; readonly factor: number }
  /** A tensor that is there already, neither input nor variable. */
  | { readonly kind: "captured"; readonly dataId: object }
  /** A tensor that an optimizer keeps in one of its fields, whichever it is at the moment. */
  | { readonly kind: "field"; readonly optimizer: tf.Optimizer; readonly field: string }
  | { readonly kind: "op"; readonly op: Op; readonly output: number }
);

/** One call of a TensorFlow op. */
export interface Op {
  readonly type: string;
  readonly attributes: OpAttribute[];
  readonly inputs: Source[];
}

/** Everything that one run of a function did. */
export interface Recording {
  readonly ops: Op[];
  readonly outputs: Source[];
  /** The variables that the run assigned, with their new values. */
  readonly assigned: Map<tf.Variable, Source>;
  /** The optimizers that updated variables, with the learning rate that they had. */
  readonly optimizers: Map<tf.Optimizer, number>;
  /** The variables that the run read or assigned. */
  readonly variables: Set<tf.Variable>;
  /** The tensors that the run took from outside, by their data. */
  readonly captured: Set<object>;
  /** The run made variables, as an optimizer does at its first step; the next run will be another one. */
  readonly madeVariables: boolean;
  /** Why the run cannot be replayed; `undefined` when it can. */
  readonly obstacle: string | undefined;
}

/**
 * Runs a function once, as tfjs would, and writes down every TensorFlow op on the way.
 *
 * tfjs-node hands each op to the backend's `executeSingleOutput` or `executeMultipleOutputs`; both are wrapped
 * while `run` runs. The recorder knows nothing of layers, losses or optimizers: whatever they do, they do in ops.
 *
 * @param inputs The tensors that will differ from run to run.
 * @returns The recording, and the tensors that `run` returned.
 */
export function record(
  backend: NativeBackend,
  inputs: tf.Tensor[],
  run: () => tf.Tensor[],
): { recording: Recording; results: tf.Tensor[] } {
  const ops: Op[] = [];
  const sources = new Map<object, Source>();
  const writtenHere = new WeakSet<object>();
  const optimizers = new Map<tf.Optimizer, number>();
  const used = new Set<tf.Variable>();
  const captured = new Set<object>();
  let obstacle: string | undefined;

  inputs.forEach((tensor, index) => {
    if (tensor instanceof tf.Variable || sources.has(tensor.dataId)) return;
    const { dataId, dtype, shape } = tensor;
    sources.set(dataId, { kind: "input", index, dtype, shape });
  });
  for (const variable of Object.values(variablesByName())) {
    if (sources.has(variable.dataId)) separate(backend, variable);
    const { dataId, dtype, shape } = variable;
    sources.set(dataId, { kind: "variable", variable, dtype, shape });
  }
  const before = new Map(Object.values(variablesByName()).map((variable) => [variable, variable.dataId]));

  const sourceOf = ({ dataId, dtype, shape }: tf.TensorInfo): Source => {
    let source = sources.get(dataId);
    if (source === undefined) {
      source = writtenHere.has(dataId)
        ? { kind: "constant", dtype, shape, values: original.readSync(dataId) }
        : { kind: "captured", dataId, dtype, shape };
      sources.set(dataId, source);
    }
    if (source.kind === "variable") used.add(source.variable);
    if (source.kind === "captured") captured.add(dataId);
    return source;
  };
  let paused = false;
  const note = (type: string, attributes: OpAttribute[], inputs: tf.TensorInfo[], outputs: tf.TensorInfo[]): void => {
    if (paused) return;
    const op: Op = { type, attributes, inputs: inputs.map(sourceOf) };
    ops.push(op);
    outputs.forEach(({ dataId, dtype, shape }, output) =>
      sources.set(dataId, { kind: "op", op, output, dtype, shape }),
    );
  };
  const noteRead = (dataId: object): void => {
    const kind = sources.get(dataId)?.kind;
    if (kind !== undefined && kind !== "constant" && kind !== "captured") {
      obstacle ??= "a tensor's values are read back (dataSync, arraySync, data, print …) inside the step";
    }
  };

  const original = {
    executeSingleOutput: backend.executeSingleOutput.bind(backend),
    executeMultipleOutputs: backend.executeMultipleOutputs.bind(backend),
    readSync: backend.readSync.bind(backend),
    read: backend.read.bind(backend),
    move: backend.move.bind(backend),
  };
  const incrementIterations = tf.Optimizer.prototype["incrementIterations"];
  const unrecorded = (run: () => void): void => {
    paused = true;
    try {
      run();
    } finally {
      paused = false;
    }
  };
  const restorers = [drawInGraph(backend), fuseAdam(backend, { unrecorded, note })];
  // Own properties of the backend shadow its prototype's methods; without them the methods are back.
  const shadowed: Partial<Record<string, PropertyDescriptor>> = Object.getOwnPropertyDescriptors(backend);
  recording = true;
  Object.assign(backend, {
    executeSingleOutput(name, attributes, inputs) {
      const output = original.executeSingleOutput(name, attributes, inputs);
      note(name, attributes, inputs, [output]);
      return output;
    },
    executeMultipleOutputs(name, attributes, inputs, count) {
      const outputs = original.executeMultipleOutputs(name, attributes, inputs, count);
      note(name, attributes, inputs, outputs);
      return outputs;
    },
    readSync(dataId) {
      noteRead(dataId);
      return original.readSync(dataId);
    },
    read(dataId) {
      noteRead(dataId);
      return original.read(dataId);
    },
    move(dataId, values, shape, dtype, refCount) {
      writtenHere.add(dataId);
      original.move(dataId, values, shape, dtype, refCount);
    },
  } satisfies Partial<NativeBackend>);
  tf.Optimizer.prototype["incrementIterations"] = function (this: tf.Optimizer) {
    optimizers.set(this, learningRateOf(this));
    incrementIterations.call(this);
  };
  let results: tf.Tensor[];
  try {
    results = run();
  } finally {
    recording = false;
    for (const name of Object.keys(original) as (keyof typeof original)[]) {
      if (shadowed[name] === undefined) Reflect.deleteProperty(backend, name);
      else Object.defineProperty(backend, name, shadowed[name]);
    }
    tf.Optimizer.prototype["incrementIterations"] = incrementIterations;
    for (const restore of restorers) restore();
  }

  const assigned = new Map<tf.Variable, Source>();
  for (const [variable, dataId] of before) {
    if (variable.isDisposed || variable.dataId === dataId) continue;
    assigned.set(variable, sourceOf(variable));
    used.add(variable);
  }
  const madeVariables = Object.values(variablesByName()).some((variable) => !before.has(variable));
  const outputs = results.map(sourceOf);
  return {
    recording: { ops, outputs, assigned, optimizers, variables: used, captured, madeVariables, obstacle },
    results,
  };
}

let recording = false;

/** Whether a run is being recorded at the moment. */
export function isRecording(): boolean {
  return recording;
}

/**
 * Gives a variable data of its own. `setWeights` and `assign` let it share that of the tensor given, so two models can
 * hold the same data, and a recording could not tell whose variable was read. No value is copied.
 */
function separate(backend: NativeBackend, variable: tf.Variable): void {
  const own = backend.executeSingleOutput("Identity", [typeAttribute(backend, "T", variable.dtype)], [variable]);
  variable.assign(own);
  own.dispose();
}
