import * as tf from "../tf";
import { fuseAdam } from "./adam";
import { watchImpureCalls } from "./impure-calls";
import { type NativeBackend, type OpAttribute, typeAttribute, variablesByName } from "./native";
import { learningRateOf } from "./optimizers";
import { ownMethodOf } from "./own-code";
import { drawInGraph } from "./random";
import { drawsAreSeeded } from "./set-random-seed";

/** Where a value of the traced run came from. */
export type Source = { readonly dtype: tf.DataType; readonly shape: number[] } & (
  | { readonly kind: "input"; readonly index: number }
  | { readonly kind: "variable"; readonly variable: tf.Variable }
  /** Numbers that JavaScript wrote during the run. */
  | { readonly kind: "constant"; readonly values: tf.backend_util.BackendValues }
  /** `factor` times the optimizer's current learning rate; found by comparing two traces. */
  | { readonly kind: "rate"; readonly optimizer: tf.Optimizer; readonly factor: number }
  /** A tensor that existed before, neither input nor variable. */
  | { readonly kind: "captured"; readonly dataId: object }
  /** The tensor that an optimizer currently keeps in one of its fields. */
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
export interface Trace {
  readonly ops: Op[];
  readonly outputs: Source[];
  /** The variables that the run assigned, with their new values. */
  readonly assigned: Map<tf.Variable, Source>;
  /** The optimizers that updated variables, with the learning rates they had. */
  readonly optimizers: Map<tf.Optimizer, number>;
  /** The variables that the run read or assigned. */
  readonly variables: Set<tf.Variable>;
  /** The tensors that the run took from outside, by their data. */
  readonly captured: Set<object>;
  /** The run made variables, as an optimizer does at its first step; the next run will differ. */
  readonly madeVariables: boolean;
  /** Why the run can't be replayed; `undefined` when it can. */
  readonly fallbackReason: string | undefined;
}

/**
 * Runs a function once, as tfjs would, and writes down every TensorFlow op it runs.
 *
 * @param inputs The tensors that differ from run to run.
 * @returns The trace, and the tensors that `run` returned.
 */
export function trace(
  backend: NativeBackend,
  inputs: tf.Tensor[],
  run: () => tf.Tensor[],
): [trace: Trace, results: tf.Tensor[]] {
  const tracer = new Tracer(backend, inputs);
  const results = tracer.watch(run);
  return [tracer.finish(results), results];
}

/** Whether a run is being traced at the moment. */
export function isTracing(): boolean {
  return tracing;
}

let tracing = false;

/**
 * tfjs-node hands each op to the backend's `executeSingleOutput` or `executeMultipleOutputs`; both are wrapped during
 * the run. The tracer knows nothing of layers, losses or optimizers: whatever they do, they do in ops.
 */
class Tracer {
  private readonly ops: Op[] = [];
  /** Where each value came from, by its data. */
  private readonly sources = new Map<object, Source>();
  /** Data that JavaScript wrote during the run. */
  private readonly written = new WeakSet<object>();
  private readonly optimizers = new Map<tf.Optimizer, number>();
  private readonly variables = new Set<tf.Variable>();
  private readonly captured = new Set<object>();
  /** The data of every variable before the run. */
  private readonly before: Map<tf.Variable, object>;
  private readonly readSync: NativeBackend["readSync"];
  private fallbackReason: string | undefined;
  private paused = false;

  constructor(
    private readonly backend: NativeBackend,
    inputs: tf.Tensor[],
  ) {
    this.readSync = backend.readSync.bind(backend);
    inputs.forEach((tensor, index) => {
      if (tensor instanceof tf.Variable || this.sources.has(tensor.dataId)) return;
      const { dataId, dtype, shape } = tensor;
      this.sources.set(dataId, { kind: "input", index, dtype, shape });
    });
    const variables = Object.values(variablesByName());
    for (const variable of variables) {
      if (this.sources.has(variable.dataId)) giveOwnData(backend, variable);
      const { dataId, dtype, shape } = variable;
      this.sources.set(dataId, { kind: "variable", variable, dtype, shape });
    }
    this.before = new Map(variables.map((variable) => [variable, variable.dataId]));
  }

  /** Runs the function and writes its ops down. */
  watch<Result>(run: () => Result): Result {
    tracing = true;
    const restore = [
      drawsAreSeeded() ? () => undefined : drawInGraph(this.backend),
      fuseAdam(this.backend, {
        untraced: (work) => this.untraced(work),
        add: (...op) => this.add(...op),
      }),
      this.wrapBackend(),
      this.wrapOptimizers(),
      watchImpureCalls((what) => this.giveReason(`the step ${what}`)),
    ];
    try {
      return run();
    } finally {
      tracing = false;
      for (const undo of restore) undo();
    }
  }

  finish(results: tf.Tensor[]): Trace {
    const assigned = new Map<tf.Variable, Source>();
    for (const [variable, dataId] of this.before) {
      if (variable.isDisposed || variable.dataId === dataId) continue;
      assigned.set(variable, this.sourceOf(variable));
      this.variables.add(variable);
    }
    const outputs = results.map((tensor) => this.sourceOf(tensor));
    const { ops, optimizers, variables, captured, fallbackReason } = this;
    const madeVariables = Object.values(variablesByName()).some((variable) => !this.before.has(variable));
    return { ops, outputs, assigned, optimizers, variables, captured, madeVariables, fallbackReason };
  }

  /** Wraps the backend's methods; returns what unwraps them. */
  private wrapBackend(): () => void {
    const { backend } = this;
    const original = {
      executeSingleOutput: backend.executeSingleOutput.bind(backend),
      executeMultipleOutputs: backend.executeMultipleOutputs.bind(backend),
      readSync: this.readSync,
      read: backend.read.bind(backend),
      move: backend.move.bind(backend),
    };
    // Own properties of the backend hide its prototype's methods; without them the methods are back.
    const hidden: Partial<Record<string, PropertyDescriptor>> = Object.getOwnPropertyDescriptors(backend);
    Object.assign(backend, {
      executeSingleOutput: (name, attributes, inputs) => {
        const output = original.executeSingleOutput(name, attributes, inputs);
        this.add(name, attributes, inputs, [output]);
        return output;
      },
      executeMultipleOutputs: (name, attributes, inputs, count) => {
        const outputs = original.executeMultipleOutputs(name, attributes, inputs, count);
        this.add(name, attributes, inputs, outputs);
        return outputs;
      },
      readSync: (dataId) => {
        this.noticeRead(dataId);
        return original.readSync(dataId);
      },
      read: (dataId) => {
        this.noticeRead(dataId);
        return original.read(dataId);
      },
      move: (dataId, values, shape, dtype, refCount) => {
        this.written.add(dataId);
        original.move(dataId, values, shape, dtype, refCount);
      },
    } satisfies Partial<NativeBackend>);
    return () => {
      for (const name of Object.keys(original) as (keyof typeof original)[]) {
        if (hidden[name] === undefined) Reflect.deleteProperty(backend, name);
        else Object.defineProperty(backend, name, hidden[name]);
      }
    };
  }

  /** Learns which optimizers take a step, at which rate, and whether tfjs wrote them; returns what undoes it. */
  private wrapOptimizers(): () => void {
    const prototype = tf.Optimizer.prototype;
    const incrementIterations = prototype["incrementIterations"];
    const computeGradients = prototype.computeGradients;
    const notice = (optimizer: tf.Optimizer): void => {
      const method = ownMethodOf(optimizer);
      if (method !== undefined) this.giveReason(`the optimizer has its own ${method}`);
    };
    const { optimizers } = this;
    prototype["incrementIterations"] = function (this: tf.Optimizer) {
      notice(this);
      optimizers.set(this, learningRateOf(this));
      incrementIterations.call(this);
    };
    prototype.computeGradients = function (this: tf.Optimizer, ...args) {
      notice(this);
      return computeGradients.apply(this, args);
    };
    return () => Object.assign(prototype, { incrementIterations, computeGradients });
  }

  private add(type: string, attributes: OpAttribute[], inputs: tf.TensorInfo[], outputs: tf.TensorInfo[]): void {
    if (this.paused) return;
    const op: Op = { type, attributes, inputs: inputs.map((input) => this.sourceOf(input)) };
    this.ops.push(op);
    outputs.forEach(({ dataId, dtype, shape }, output) =>
      this.sources.set(dataId, { kind: "op", op, output, dtype, shape }),
    );
  }

  private sourceOf({ dataId, dtype, shape }: tf.TensorInfo): Source {
    let source = this.sources.get(dataId);
    if (source === undefined) {
      source = this.written.has(dataId)
        ? { kind: "constant", dtype, shape, values: this.readSync(dataId) }
        : { kind: "captured", dataId, dtype, shape };
      this.sources.set(dataId, source);
    }
    if (source.kind === "variable") this.variables.add(source.variable);
    if (source.kind === "captured") this.captured.add(dataId);
    return source;
  }

  private noticeRead(dataId: object): void {
    const kind = this.sources.get(dataId)?.kind;
    if (kind !== undefined && kind !== "constant" && kind !== "captured") {
      this.giveReason("the step reads a tensor's values (dataSync, arraySync, data, print …)");
    }
  }

  /** The run can't be replayed; the first reason counts. */
  private giveReason(reason: string): void {
    this.fallbackReason ??= reason;
  }

  private untraced(work: () => void): void {
    this.paused = true;
    try {
      work();
    } finally {
      this.paused = false;
    }
  }
}

/**
 * Gives a variable its own data. `setWeights` and `assign` let it share the data of the tensor they are given, so two
 * models can hold the same data, and a trace couldn't tell whose variable was read. No value is copied.
 */
function giveOwnData(backend: NativeBackend, variable: tf.Variable): void {
  const own = backend.executeSingleOutput("Identity", [typeAttribute(backend, "T", variable.dtype)], [variable]);
  variable.assign(own);
  own.dispose();
}
