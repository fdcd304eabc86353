import * as tf from "../tf";
import { compareTraces } from "./compare-traces";
import { Compilation } from "./compilation";
import { Guards, sameElements } from "./guards";
import { type NativeBackend, nativeBackend, variablesByName } from "./native";
import { learningRateOf, setIterations, setLearningRateOf } from "./optimizers";
import { type Trace, isTracing, trace } from "./trace";
import { WatchedFields } from "./watched-fields";

/** What is known about the function for inputs of one signature (shapes and types). */
type TraceState =
  | { readonly kind: "traced once" | "traced twice"; readonly trace: Trace; readonly guards: Guards }
  | Compilation
  | { readonly kind: "op by op"; readonly fallbackReason: string };

/** What else a function depends on. */
interface Dependencies {
  /** When one of these values changes, everything is traced again. */
  values?(): unknown[];
  /** When a field of one of these layers changes, the graphs are compared with a fresh trace. */
  layers?(): readonly tf.layers.Layer[];
}

/** A function keeps graphs for this many signatures, so that predictions of ever new batch sizes don't pile them up. */
const MAX_SIGNATURES = 8;

/**
 * A function of tensors that becomes one TensorFlow graph. The first two calls run as tfjs would, are traced and
 * compared: what differs between them can't be a graph. The third finds out what depends on the learning rate, by
 * tracing once more at another rate, and loads the graph, which runs from then on.
 */
export class GraphFunction {
  private readonly states = new Map<string, TraceState>();
  /** The signatures whose state may be out of date, because other code may have run since. */
  private readonly unverified = new Set<string>();
  private values: unknown[] = [];
  private fields: WatchedFields | undefined;

  /** @param run The function: takes and returns tensors, updates variables, has no other effect. */
  constructor(
    private readonly run: (inputs: tf.Tensor[]) => tf.Tensor[],
    private readonly dependencies: Dependencies = {},
  ) {}

  /** Why the function runs op by op, as tfjs would; `undefined` while nothing prevents a graph. */
  get fallbackReason(): string | undefined {
    if (nativeBackend() === undefined)
      return `graphs need native TensorFlow, and tfjs computes on the backend ${tf.getBackend()}`;
    for (const state of this.states.values()) if (state.kind === "op by op") return state.fallbackReason;
    return undefined;
  }

  /** Calls the function. The caller owns the returned tensors. */
  call(inputs: tf.Tensor[]): tf.Tensor[] {
    const backend = nativeBackend();
    // When a function that is being traced calls this one, the ops belong to that trace.
    if (backend === undefined || isTracing()) return this.runOpByOp(inputs);
    const signature = signatureOf(inputs);
    let state = this.currentState(backend, signature);
    if (state?.kind === "op by op") {
      const results = this.runOpByOp(inputs);
      // The function's own changes don't count.
      this.watchFields();
      return results;
    }
    if (state === undefined || state.kind === "traced once" || this.unverified.has(signature))
      return this.runTraced(backend, signature, inputs, state);
    if (state.kind === "traced twice") {
      state = this.compile(backend, inputs, state.trace);
      this.remember(signature, state);
    }
    return state.kind === "graph" ? this.runGraph(state, signature, inputs) : this.runOpByOp(inputs);
  }

  /**
   * Other code may have changed what the function does: at its next call it runs as written, and the graph is compared
   * with what it did.
   */
  recheck(): void {
    for (const signature of this.states.keys()) this.unverified.add(signature);
  }

  /** Calls the function as written, without a graph. The caller owns the returned tensors. */
  runOpByOp(inputs: tf.Tensor[]): tf.Tensor[] {
    return tf.tidy(() => this.run(inputs));
  }

  /**
   * Calls the function with each of the inputs in turn. Once the graph of one step runs, all calls together are one run
   * of one graph, provided that the inputs have the same shapes and types. The first such run of a given number of
   * calls loads their graph.
   *
   * @returns The results of each call; the caller owns the tensors.
   */
  callMany(calls: tf.Tensor[][]): tf.Tensor[][] {
    if (calls.length === 1) return [this.call(calls[0])];
    const backend = nativeBackend();
    const signatures = new Set(calls.map(signatureOf));
    if (backend !== undefined && !isTracing() && signatures.size === 1) {
      const [signature] = signatures;
      const state = this.currentState(backend, signature);
      if (state?.kind === "graph" && !this.unverified.has(signature)) {
        try {
          return state.run(calls);
        } catch {
          // Nothing has changed. The calls one by one either say what is wrong with the inputs, or succeed.
        }
      }
    }
    return calls.map((inputs) => this.call(inputs));
  }

  /** Unloads the graphs. The function can still be called, and is then traced again. */
  dispose(): void {
    for (const signature of [...this.states.keys()]) this.forget(signature);
  }

  private runGraph(graph: Compilation, signature: string, inputs: tf.Tensor[]): tf.Tensor[] {
    try {
      return graph.run([inputs])[0];
    } catch (error) {
      // A failed run has changed nothing. Either tfjs says in its own words what is wrong with the inputs, or it
      // succeeds, and then it is the graph that TensorFlow can't run.
      const results = this.runOpByOp(inputs);
      this.forget(signature);
      this.remember(signature, refused(error));
      return results;
    }
  }

  /** Runs the function as written, traces it, and compares the trace with what is known. */
  private runTraced(
    backend: NativeBackend,
    signature: string,
    inputs: tf.Tensor[],
    state: Exclude<TraceState, { kind: "op by op" }> | undefined,
  ): tf.Tensor[] {
    const [traced, results] = trace(backend, inputs, () => this.runOpByOp(inputs));
    const changedField = state === undefined ? undefined : this.fields?.changed();
    this.watchFields();
    const isVerified = !this.unverified.delete(signature);
    // An optimizer makes its variables at its first step; the next one will differ.
    if (traced.madeVariables && state === undefined) return results;
    this.remember(signature, nextState(backend, state, traced, isVerified, changedField));
    return results;
  }

  /** Traces once more at another learning rate, without effect, and loads the graph. */
  private compile(backend: NativeBackend, inputs: tf.Tensor[], earlier: Trace): TraceState {
    const optimizers = [...earlier.optimizers.keys()];
    const third = traceWithoutEffect(backend, inputs, () => this.runOpByOp(inputs), optimizers);
    const comparison = compareTraces(earlier, third);
    return "fallbackReason" in comparison
      ? { kind: "op by op", ...comparison }
      : load(backend, third, comparison.replacements);
  }

  private remember(signature: string, state: TraceState): void {
    const earlier = this.states.get(signature);
    if (earlier?.kind === "graph" && earlier !== state) earlier.dispose();
    this.states.set(signature, state);
    if (this.states.size > MAX_SIGNATURES) this.forget([...this.states.keys()][0]);
  }

  private forget(signature: string): void {
    const state = this.states.get(signature);
    if (state?.kind === "graph") state.dispose();
    this.states.delete(signature);
    this.unverified.delete(signature);
  }

  private watchFields(): void {
    const layers = this.dependencies.layers?.();
    if (layers !== undefined) this.fields = new WatchedFields(layers);
  }

  /** What is known and not known to be out of date. */
  private currentState(backend: NativeBackend, signature: string): TraceState | undefined {
    const values = this.dependencies.values?.() ?? [];
    if (!sameElements(values, this.values)) this.dispose();
    this.values = values;
    if (this.fields?.changed() !== undefined) {
      this.watchFields();
      this.recheck();
      // What keeps the function from being a graph may be gone.
      for (const [other, { kind }] of this.states) if (kind === "op by op") this.forget(other);
    }
    const state = this.states.get(signature);
    if (state === undefined || state.kind === "op by op" || state.guards.hold(backend)) return state;
    this.forget(signature);
    return undefined;
  }
}

/**
 * What is known after a run was traced.
 *
 * @param isVerified Whether no other code ran since the state was found: a difference is the function's own doing then.
 * @param changedField A field of a layer that the run changed itself.
 */
function nextState(
  backend: NativeBackend,
  state: Exclude<TraceState, { kind: "op by op" }> | undefined,
  traced: Trace,
  isVerified: boolean,
  changedField: string | undefined,
): TraceState {
  if (state === undefined) return afterFirstTrace(traced);
  if (changedField !== undefined)
    return { kind: "op by op", fallbackReason: `the step itself changes ${changedField}` };
  if (state.kind === "graph") return state.follow(traced) ? state : afterFirstTrace(traced);
  const next = afterSecondTrace(backend, state.trace, traced);
  return next.kind === "op by op" && !isVerified ? afterFirstTrace(traced) : next;
}

function afterFirstTrace(trace: Trace): TraceState {
  const { fallbackReason } = trace;
  return fallbackReason === undefined
    ? { kind: "traced once", trace, guards: new Guards(trace) }
    : { kind: "op by op", fallbackReason };
}

function afterSecondTrace(backend: NativeBackend, first: Trace, second: Trace): TraceState {
  const comparison = compareTraces(first, second);
  if ("fallbackReason" in comparison) return { kind: "op by op", ...comparison };
  // The third trace is only needed to find what depends on a learning rate.
  if (second.optimizers.size === 0) return load(backend, second, comparison.replacements);
  return { kind: "traced twice", trace: second, guards: new Guards(second) };
}

function load(...compilation: ConstructorParameters<typeof Compilation>): TraceState {
  try {
    return new Compilation(...compilation);
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): TraceState {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "op by op", fallbackReason: `TensorFlow refuses the traced graph: ${message.split("\n")[0]}` };
}

/** Traces a run at other learning rates, and restores everything that it changed. */
function traceWithoutEffect(
  backend: NativeBackend,
  inputs: tf.Tensor[],
  run: () => tf.Tensor[],
  optimizers: tf.Optimizer[],
): Trace {
  const variables = Object.values(variablesByName()).map((variable) => ({ variable, value: variable.clone() }));
  const state = optimizers.map((optimizer) => ({
    optimizer,
    rate: learningRateOf(optimizer),
    iterations: optimizer.iterations,
  }));
  state.forEach(({ optimizer, rate }, i) => {
    if (!Number.isNaN(rate)) setLearningRateOf(optimizer, rate * 1.5 + 0.01 * (i + 1));
  });
  try {
    const [traced, results] = trace(backend, inputs, run);
    tf.dispose(results);
    return traced;
  } finally {
    for (const { optimizer, rate, iterations } of state) {
      if (!Number.isNaN(rate)) setLearningRateOf(optimizer, rate);
      setIterations(optimizer, iterations);
    }
    for (const { variable, value } of variables) {
      variable.assign(value);
      value.dispose();
    }
  }
}

/**
 * Inputs of one signature can share a trace: the same shapes and types, the same tensors given twice, the same
 * variables.
 */
function signatureOf(inputs: tf.Tensor[]): string {
  const identity = (tensor: tf.Tensor) =>
    tensor instanceof tf.Variable ? tensor.name : inputs.findIndex((other) => other.dataId === tensor.dataId);
  return inputs.map((tensor) => `${tensor.dtype}[${tensor.shape}]=${identity(tensor)}`).join(" ");
}
