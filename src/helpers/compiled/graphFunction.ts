import * as tf from "../tf";
import { type Feed, type Graph, GRAPH_TAG, buildGraph } from "./graph";
import { type NativeBackend, nativeBackend, variablesByName } from "./native";
import { fieldHolding, learningRateOf, setIterations, setLearningRateOf, settingsOf, tensorField } from "./optimizers";
import { reconcile } from "./reconcile";
import { type Recording, type Source, isRecording, record } from "./recording";
import { Session } from "./session";

/** What a recording took for granted. When it changes, the recording no longer holds. */
interface Premises {
  readonly optimizers: tf.Optimizer[];
  readonly settings: unknown[];
  readonly variables: Set<tf.Variable>;
  readonly captured: object[];
}

/** What is known about the function for inputs of one signature (shapes and types). */
type Knowledge =
  | { readonly kind: "recorded once" | "recorded twice"; readonly recording: Recording; readonly premises: Premises }
  | { readonly kind: "graph"; readonly graph: Graph; readonly session: Session; readonly premises: Premises }
  | { readonly kind: "obstacle"; readonly obstacle: string };

/** How many signatures a function keeps graphs for; predictions of ever other batch sizes must not pile them up. */
const MOST_SIGNATURES = 8;

/** Unloads the graphs of functions that nobody can call any more. */
const abandoned = new FinalizationRegistry<Session>((session) => session.dispose());

/**
 * A function of tensors that becomes one TensorFlow graph. The first two calls run as tfjs would, are recorded and
 * compared: what differs between them cannot be a graph. The third finds out what follows the learning rate, by
 * recording once more under another one, and loads the graph, which runs from then on.
 *
 * The graph is a pure function: the variables' values go in, their new values come out and are assigned. So the
 * variables are right after every call, whoever reads or writes them in between, and nothing has to be kept in step.
 */
export class GraphFunction {
  private readonly known = new Map<string, Knowledge>();
  private guarded: unknown[] = [];

  /**
   * @param run The function: takes and returns tensors, updates variables, has no other effect.
   * @param guard What `run` depends on besides: when one of these values is another one, everything is recorded anew.
   */
  constructor(private readonly run: (inputs: tf.Tensor[]) => tf.Tensor[], private readonly guard: () => unknown[] = () => []) {}

  /** Why the function runs op by op, as tfjs would; `undefined` while nothing stands in its way. */
  get obstacle(): string | undefined {
    if (nativeBackend() === undefined) return `graphs need native TensorFlow, and tfjs computes on the backend ${tf.getBackend()}`;
    for (const knowledge of this.known.values()) if (knowledge.kind === "obstacle") return knowledge.obstacle;
    return undefined;
  }

  /** Calls the function. The caller owns the tensors that come back. */
  call(inputs: tf.Tensor[]): tf.Tensor[] {
    const backend = nativeBackend();
    // Called by a function that is being recorded itself, its ops are part of that recording.
    if (backend === undefined || isRecording()) return tf.tidy(() => this.run(inputs));
    this.forgetIfChanged();
    const signature = signatureOf(inputs);
    let knowledge = this.known.get(signature);
    if (knowledge !== undefined && knowledge.kind !== "obstacle" && !stillHold(backend, knowledge.premises)) {
      this.forget(signature);
      knowledge = undefined;
    }
    if (knowledge?.kind === "recorded twice") {
      const third = recordWithoutEffect(backend, inputs, this.run, [...knowledge.recording.optimizers.keys()]);
      const agreement = reconcile(knowledge.recording, third);
      knowledge = "obstacle" in agreement ? { kind: "obstacle", ...agreement } : this.load(backend, third, agreement.replacements);
      this.remember(signature, knowledge);
    }
    if (knowledge?.kind === "graph") {
      try {
        return runGraph(knowledge, inputs);
      } catch (error) {
        // A failed run has changed nothing. tfjs either says in its own words what is wrong with the inputs, or
        // succeeds, and then it is the graph that TensorFlow cannot run.
        const results = tf.tidy(() => this.run(inputs));
        this.forget(signature);
        this.remember(signature, refused(error));
        return results;
      }
    }
    if (knowledge?.kind === "obstacle") return tf.tidy(() => this.run(inputs));
    const { recording, results } = record(backend, inputs, () => tf.tidy(() => this.run(inputs)));
    // An optimizer makes its variables at its first step; the next one will be another.
    if (recording.madeVariables && knowledge === undefined) return results;
    this.remember(signature, knowledge === undefined ? firstKnowledge(recording) : this.compare(backend, knowledge.recording, recording));
    return results;
  }

  /** Unloads the graphs. The function may be called again and is recorded anew. */
  dispose(): void {
    for (const signature of [...this.known.keys()]) this.forget(signature);
  }

  private remember(signature: string, knowledge: Knowledge): void {
    this.known.set(signature, knowledge);
    if (this.known.size > MOST_SIGNATURES) this.forget([...this.known.keys()][0]);
  }

  private forget(signature: string): void {
    const knowledge = this.known.get(signature);
    if (knowledge?.kind === "graph") knowledge.session.dispose();
    this.known.delete(signature);
  }

  private forgetIfChanged(): void {
    const values = this.guard();
    if (!sameElements(values, this.guarded)) this.dispose();
    this.guarded = values;
  }

  private compare(backend: NativeBackend, first: Recording, second: Recording): Knowledge {
    const agreement = reconcile(first, second);
    if ("obstacle" in agreement) return { kind: "obstacle", ...agreement };
    // The third recording is there to find the learning rate.
    if (second.optimizers.size === 0) return this.load(backend, second, agreement.replacements);
    return { kind: "recorded twice", recording: second, premises: premisesOf(second) };
  }

  private load(backend: NativeBackend, recording: Recording, replacements: ReadonlyMap<Source, Source>): Knowledge {
    try {
      const graph = buildGraph(backend, recording, replacements);
      const session = Session.load(backend, graph.savedModel, GRAPH_TAG);
      abandoned.register(this, session);
      return { kind: "graph", graph, session, premises: premisesOf(recording) };
    } catch (error) {
      return refused(error);
    }
  }
}

function firstKnowledge(recording: Recording): Knowledge {
  const { obstacle } = recording;
  return obstacle === undefined ? { kind: "recorded once", recording, premises: premisesOf(recording) } : { kind: "obstacle", obstacle };
}

function refused(error: unknown): Knowledge {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "obstacle", obstacle: `TensorFlow refuses the recorded graph: ${message.split("\n")[0]}` };
}

type LoadedGraph = Extract<Knowledge, { kind: "graph" }>;

function runGraph({ graph, session, premises }: LoadedGraph, inputs: tf.Tensor[]): tf.Tensor[] {
  const fetched = tf.tidy(() => session.run(graph.feeds.map((feed) => feedTensor(feed, inputs)), graph.feedNames, graph.fetchNames));
  for (const [variable, place] of graph.assigned) {
    variable.assign(fetched[place]);
    fetched[place].dispose();
  }
  for (const optimizer of premises.optimizers) setIterations(optimizer, optimizer.iterations + 1);
  return graph.outputs.map((place) => fetched[place]);
}

function feedTensor(feed: Feed, inputs: tf.Tensor[]): { readonly dataId: object } {
  switch (feed.kind) {
    case "input": return inputs[feed.index];
    case "variable": return feed.variable;
    case "field": return tensorField(feed.optimizer, feed.field);
    case "rate": return tf.scalar(feed.factor * learningRateOf(feed.optimizer));
    case "captured": return feed;
  }
}

function premisesOf(recording: Recording): Premises {
  const optimizers = [...recording.optimizers.keys()];
  // What an optimizer keeps in a field may be replaced: the field is read anew at each run.
  const captured = [...recording.captured].filter((dataId) => optimizers.every((optimizer) => fieldHolding(optimizer, dataId) === undefined));
  return { optimizers, settings: optimizers.flatMap(settingsOf), variables: recording.variables, captured };
}

function stillHold(backend: NativeBackend, { optimizers, settings, variables, captured }: Premises): boolean {
  for (const variable of variables) if (variable.isDisposed) return false;
  return captured.every((dataId) => backend.tensorMap.has(dataId)) && sameElements(optimizers.flatMap(settingsOf), settings);
}

/** Records a run under learning rates of its own, and puts everything back that it changed. */
function recordWithoutEffect(backend: NativeBackend, inputs: tf.Tensor[], run: (inputs: tf.Tensor[]) => tf.Tensor[], optimizers: tf.Optimizer[]): Recording {
  const variables = Object.values(variablesByName()).map((variable) => ({ variable, value: variable.clone() }));
  const state = optimizers.map((optimizer) => ({ optimizer, rate: learningRateOf(optimizer), iterations: optimizer.iterations }));
  state.forEach(({ optimizer, rate }, i) => {
    if (!Number.isNaN(rate)) setLearningRateOf(optimizer, rate * 1.5 + 0.01 * (i + 1));
  });
  try {
    const { recording, results } = record(backend, inputs, () => tf.tidy(() => run(inputs)));
    tf.dispose(results);
    return recording;
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

/** Inputs of one signature can share a recording: the same shapes and types, the same tensors given twice, the same variables. */
function signatureOf(inputs: tf.Tensor[]): string {
  const identity = (tensor: tf.Tensor) => (tensor instanceof tf.Variable ? tensor.name : inputs.findIndex((other) => other.dataId === tensor.dataId));
  return inputs.map((tensor) => `${tensor.dtype}[${tensor.shape}]=${identity(tensor)}`).join(" ");
}

function sameElements(a: unknown[], b: unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
