import * as tf from "../tf";
import { Compilation } from "./compilation";
import { type NativeBackend, nativeBackend, variablesByName } from "./native";
import { learningRateOf, setIterations, setLearningRateOf } from "./optimizers";
import { Premises, sameElements } from "./premises";
import { reconcile } from "./reconcile";
import { type Recording, isRecording, record } from "./recording";

/** What is known about the function for inputs of one signature (shapes and types). */
type Knowledge =
  | { readonly kind: "recorded once" | "recorded twice"; readonly recording: Recording; readonly premises: Premises }
  | Compilation
  | { readonly kind: "obstacle"; readonly obstacle: string };

/** How many signatures a function keeps graphs for; predictions of ever other batch sizes must not pile them up. */
const MOST_SIGNATURES = 8;

/**
 * A function of tensors that becomes one TensorFlow graph. The first two calls run as tfjs would, are recorded and
 * compared: what differs between them cannot be a graph. The third finds out what follows the learning rate, by
 * recording once more under another one, and loads the graph, which runs from then on.
 */
export class GraphFunction {
  private readonly known = new Map<string, Knowledge>();
  private guarded: unknown[] = [];

  /**
   * @param run The function: takes and returns tensors, updates variables, has no other effect.
   * @param guard What `run` depends on besides: when one of these values is another one, everything is recorded anew.
   */
  constructor(
    private readonly run: (inputs: tf.Tensor[]) => tf.Tensor[],
    private readonly guard: () => unknown[] = () => [],
  ) {}

  /** Why the function runs op by op, as tfjs would; `undefined` while nothing stands in its way. */
  get obstacle(): string | undefined {
    if (nativeBackend() === undefined)
      return `graphs need native TensorFlow, and tfjs computes on the backend ${tf.getBackend()}`;
    for (const knowledge of this.known.values()) if (knowledge.kind === "obstacle") return knowledge.obstacle;
    return undefined;
  }

  /** Calls the function. The caller owns the tensors that come back. */
  call(inputs: tf.Tensor[]): tf.Tensor[] {
    const backend = nativeBackend();
    // Called by a function that is being recorded itself, its ops are part of that recording.
    if (backend === undefined || isRecording()) return tf.tidy(() => this.run(inputs));
    const signature = signatureOf(inputs);
    let knowledge = this.knowledgeOf(backend, signature);
    if (knowledge?.kind === "recorded twice") {
      const third = recordWithoutEffect(backend, inputs, this.run, [...knowledge.recording.optimizers.keys()]);
      const agreement = reconcile(knowledge.recording, third);
      knowledge =
        "obstacle" in agreement ? { kind: "obstacle", ...agreement } : load(backend, third, agreement.replacements);
      this.remember(signature, knowledge);
    }
    if (knowledge?.kind === "graph") {
      try {
        return knowledge.run([inputs])[0];
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
    this.remember(
      signature,
      knowledge === undefined ? firstKnowledge(recording) : compare(backend, knowledge.recording, recording),
    );
    return results;
  }

  /**
   * Calls the function with each of the inputs in turn. Once a graph of one step runs, all calls together are one run of
   * one graph, if the inputs have the same shapes and types. The first such run of a number of calls loads their graph.
   *
   * @returns What each call returns; the caller owns the tensors.
   */
  callInTurn(calls: tf.Tensor[][]): tf.Tensor[][] {
    if (calls.length === 1) return [this.call(calls[0])];
    const backend = nativeBackend();
    const signatures = new Set(calls.map(signatureOf));
    if (backend !== undefined && !isRecording() && signatures.size === 1) {
      const knowledge = this.knowledgeOf(backend, [...signatures][0]);
      if (knowledge?.kind === "graph") {
        try {
          return knowledge.run(calls);
        } catch {
          // It has changed nothing. The calls one by one say what is wrong with the inputs, or succeed.
        }
      }
    }
    return calls.map((inputs) => this.call(inputs));
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
    if (knowledge?.kind === "graph") knowledge.dispose();
    this.known.delete(signature);
  }

  /** What is known and still holds. */
  private knowledgeOf(backend: NativeBackend, signature: string): Knowledge | undefined {
    const values = this.guard();
    if (!sameElements(values, this.guarded)) this.dispose();
    this.guarded = values;
    const knowledge = this.known.get(signature);
    if (knowledge === undefined || knowledge.kind === "obstacle" || knowledge.premises.stillHold(backend))
      return knowledge;
    this.forget(signature);
    return undefined;
  }
}

function compare(backend: NativeBackend, first: Recording, second: Recording): Knowledge {
  const agreement = reconcile(first, second);
  if ("obstacle" in agreement) return { kind: "obstacle", ...agreement };
  // The third recording is there to find the learning rate.
  if (second.optimizers.size === 0) return load(backend, second, agreement.replacements);
  return { kind: "recorded twice", recording: second, premises: new Premises(second) };
}

function load(...compilation: ConstructorParameters<typeof Compilation>): Knowledge {
  try {
    return new Compilation(...compilation);
  } catch (error) {
    return refused(error);
  }
}

function firstKnowledge(recording: Recording): Knowledge {
  const { obstacle } = recording;
  return obstacle === undefined
    ? { kind: "recorded once", recording, premises: new Premises(recording) }
    : { kind: "obstacle", obstacle };
}

function refused(error: unknown): Knowledge {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "obstacle", obstacle: `TensorFlow refuses the recorded graph: ${message.split("\n")[0]}` };
}

/** Records a run under learning rates of its own, and puts everything back that it changed. */
function recordWithoutEffect(
  backend: NativeBackend,
  inputs: tf.Tensor[],
  run: (inputs: tf.Tensor[]) => tf.Tensor[],
  optimizers: tf.Optimizer[],
): Recording {
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
  const identity = (tensor: tf.Tensor) =>
    tensor instanceof tf.Variable ? tensor.name : inputs.findIndex((other) => other.dataId === tensor.dataId);
  return inputs.map((tensor) => `${tensor.dtype}[${tensor.shape}]=${identity(tensor)}`).join(" ");
}
