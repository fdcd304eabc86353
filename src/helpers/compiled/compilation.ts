import * as tf from "../tf";
import { type Constant, changedConstants } from "./compare-traces";
import { type Feed, type Graph, buildGraph } from "./graph";
import { GraphSession } from "./graph-session";
import { GRAPH_TAG } from "./graph-writer";
import { Guards } from "./guards";
import type { NativeBackend } from "./native";
import { learningRateOf, setIterations, tensorField } from "./optimizers";
import type { Source, Trace } from "./trace";

/** Unloads the graphs of compilations that can't be reached any more. */
const abandoned = new FinalizationRegistry<GraphSession>((session) => session.dispose());

interface LoadedGraph {
  readonly graph: Graph;
  readonly session: GraphSession;
}

/**
 * A trace as TensorFlow graphs: one that takes a single step, and one for each number of steps that are run together.
 *
 * A graph is a pure function: the variables' values go in, their new values come out and are assigned. So the
 * variables are right after every run, whoever reads or writes them in between, and nothing needs synchronising.
 */
export class Compilation {
  readonly kind = "graph";
  guards: Guards;
  /** The graphs by the number of steps that they take. */
  private readonly loaded = new Map<number, LoadedGraph>();
  /** The constants that have changed since they were traced, with their current values. */
  private readonly changing = new Map<Constant, Constant>();

  /** @throws Error if TensorFlow refuses the graph */
  constructor(
    private readonly backend: NativeBackend,
    private readonly trace: Trace,
    private readonly replacements: ReadonlyMap<Source, Source>,
  ) {
    this.guards = new Guards(trace);
    this.load(1);
  }

  /**
   * Compares the graph with a fresh trace. Numbers that JavaScript computes differently now are followed: they go into
   * the graph at each run from now on.
   *
   * @returns Whether the graph still does what the function does.
   */
  follow(fresh: Trace): boolean {
    const changed = changedConstants(this.trace, this.replacements, this.changing, fresh);
    if (changed === undefined) return false;
    const rebuild = [...changed.keys()].some((constant) => !this.changing.has(constant));
    for (const [constant, value] of changed) this.changing.set(constant, value);
    if (rebuild) this.dispose();
    this.guards = new Guards(fresh);
    return true;
  }

  /**
   * Takes one step for each of the given inputs, all in one run. A run that fails has changed nothing.
   *
   * @returns The results of each step; the caller owns the tensors.
   * @throws Error if TensorFlow refuses the graph or the inputs
   */
  run(calls: tf.Tensor[][]): tf.Tensor[][] {
    const { graph, session } = this.loaded.get(calls.length) ?? this.load(calls.length);
    const fetched = tf.tidy(() =>
      session.run(
        graph.feeds.map((feed) => this.feedTensor(feed, calls)),
        graph.feedNames,
        graph.fetchNames,
      ),
    );
    for (const [variable, place] of graph.assigned) {
      variable.assign(fetched[place]);
      fetched[place].dispose();
    }
    for (const optimizer of this.guards.optimizers) setIterations(optimizer, optimizer.iterations + calls.length);
    return graph.outputs.map((places) => places.map((place) => fetched[place]));
  }

  /** Unloads the graphs. They are loaded again when they are needed. */
  dispose(): void {
    for (const { session } of this.loaded.values()) session.dispose();
    this.loaded.clear();
  }

  private load(steps: number): LoadedGraph {
    const graph = buildGraph(this.backend, this.trace, this.replacements, this.changing, steps);
    const session = GraphSession.load(this.backend, graph.savedModel, GRAPH_TAG);
    abandoned.register(this, session);
    const loaded = { graph, session };
    this.loaded.set(steps, loaded);
    return loaded;
  }

  private feedTensor({ source, step }: Feed, calls: tf.Tensor[][]): { readonly dataId: object } {
    switch (source.kind) {
      case "input":
        return calls[step][source.index];
      case "variable":
        return source.variable;
      case "field":
        return tensorField(source.optimizer, source.field);
      case "rate":
        return tf.scalar(source.factor * learningRateOf(source.optimizer));
      case "captured":
        return source;
      case "constant": {
        const { values, shape, dtype } = this.changing.get(source) ?? source;
        return tf.tensor(values as tf.TypedArray, shape, dtype);
      }
    }
  }
}
