import type * as tf from "../tf";
import { ADAM_UPDATE } from "./adam";
import type { Constant } from "./compare-traces";
import { GraphWriter } from "./graph-writer";
import { type NativeBackend, typeAttribute } from "./native";
import { poolSmallPictures, rectifyPooledGradients } from "./pooling";
import { rewrite } from "./rewrite";
import type { Op, Source, Trace } from "./trace";

/** A value that goes into the graph at each run. */
export interface Feed {
  readonly source: Exclude<Source, { kind: "op" }>;
  /** The graph's step that an input belongs to. */
  readonly step: number;
}

/** A trace as a TensorFlow graph. */
export interface Graph {
  readonly savedModel: Uint8Array;
  /** What each placeholder stands for, in the order of `feedNames`. */
  readonly feeds: Feed[];
  /** Comma-separated, as the addon takes them. */
  readonly feedNames: string;
  readonly fetchNames: string;
  /** For each step, the places of the trace's outputs among the fetched tensors. */
  readonly outputs: number[][];
  /** For each assigned variable, the place of its new value among the fetched tensors. */
  readonly assigned: Map<tf.Variable, number>;
}

/**
 * Writes a trace as a TensorFlow graph: one node per op, placeholders for what changes between runs.
 *
 * With several steps, each has its own inputs and starts from the values that the step before it gave the variables.
 *
 * @param replacements Sources that stand for others than the trace says.
 * @param changing Constants that have changed before; they are fed.
 * @param steps How many times the graph does what was traced, from 1.
 */
export function buildGraph(
  backend: NativeBackend,
  trace: Trace,
  replacements: ReadonlyMap<Source, Source>,
  changing: { has(constant: Constant): boolean },
  steps: number,
): Graph {
  const builder = new GraphBuilder(backend, replacements, changing);
  const rewritten = new Map([...rectifyPooledGradients(trace), ...poolSmallPictures(backend, trace)]);
  const outputs: number[][] = [];
  for (let step = 0; step < steps; step++) {
    builder.beginStep(step);
    for (const op of trace.ops) builder.addOp(op, rewritten.get(op) ?? [op]);
    outputs.push(trace.outputs.map((source) => builder.fetch(source)));
    builder.carryOver(trace.assigned);
  }
  const assigned = new Map(
    [...trace.assigned].map(([variable, source]) => [variable, builder.fetchCarried(variable, source)]),
  );
  return { ...builder.finish(), outputs, assigned };
}

/** Names an op's outputs in the graph. */
type OutputName = (output: number) => string;

/** Adds a trace's ops to a graph and knows the graph's name of each of their values. */
class GraphBuilder {
  private readonly writer: GraphWriter;
  private readonly feeds: Feed[] = [];
  private readonly feedNames: string[] = [];
  private readonly fetchNames: string[] = [];
  private step = 0;
  /** The graph's names of this step's inputs, and of the values that all steps share. */
  private readonly inputNames = new Map<Source, string>();
  private readonly sharedNames = new Map<Source, string>();
  /** The names of the outputs of this step's ops. */
  private readonly outputNames = new Map<Op, OutputName>();
  /** The values that the previous step left in the variables. */
  private carried = new Map<tf.Variable, string>();
  /** The nodes that use a value, by its name. */
  private readonly users = new Map<string, Set<string>>();
  /** The resource variables whose value was read and hasn't changed since, by that value's name. */
  private readonly resourceOf = new Map<string, string>();

  constructor(
    private readonly backend: NativeBackend,
    private readonly replacements: ReadonlyMap<Source, Source>,
    private readonly changing: { has(constant: Constant): boolean },
  ) {
    this.writer = new GraphWriter(backend);
  }

  beginStep(step: number): void {
    this.step = step;
    this.inputNames.clear();
    this.outputNames.clear();
  }

  /** Adds a traced op. @param parts The ops that stand for it in the graph; the last one gives its result. */
  addOp(op: Op, parts: readonly Op[]): void {
    for (const part of parts) {
      const outputName = part.type === ADAM_UPDATE ? this.addAdamUpdate(part) : this.addPlainOp(part);
      for (const key of [part, op]) this.outputNames.set(key, outputName);
    }
  }

  /** The next step starts from these values. */
  carryOver(assigned: ReadonlyMap<tf.Variable, Source>): void {
    this.carried = new Map([...assigned].map(([variable, source]) => [variable, this.nameOf(source)]));
  }

  /** Has a value fetched; returns its place among the fetched tensors. */
  fetch(source: Source): number {
    return this.fetchNamed(this.nameOf(source), source.dtype);
  }

  /** Has the value fetched that the last step left in a variable. */
  fetchCarried(variable: tf.Variable, { dtype }: Source): number {
    return this.fetchNamed(this.carried.get(variable)!, dtype);
  }

  finish(): Pick<Graph, "savedModel" | "feeds" | "feedNames" | "fetchNames"> {
    return {
      savedModel: this.writer.savedModel(),
      feeds: this.feeds,
      feedNames: this.feedNames.join(),
      fetchNames: this.fetchNames.join(),
    };
  }

  private fetchNamed(name: string, dtype: tf.DataType): number {
    // An Identity for each fetched value: a fed value can't be fetched, and no tensor may be fetched twice.
    const identity = this.writer.addNode("Identity", [name], [typeAttribute(this.backend, "T", dtype)]);
    return this.fetchNames.push(`${identity}:0`) - 1;
  }

  private nameOf(traced: Source): string {
    const source = this.replacements.get(traced) ?? traced;
    if (source.kind === "op") return this.outputNames.get(source.op)!(source.output);
    const carried = source.kind === "variable" ? this.carried.get(source.variable) : undefined;
    if (carried !== undefined) return carried;
    const names = source.kind === "input" ? this.inputNames : this.sharedNames;
    let name = names.get(source);
    if (name === undefined) {
      const isFixed = source.kind === "constant" && !this.changing.has(source);
      name = isFixed ? this.writer.addConstant(source) : this.addFeed(source);
      names.set(source, name);
    }
    return name;
  }

  private addFeed(source: Feed["source"]): string {
    const name = this.writer.addPlaceholder(source);
    this.feeds.push({ source, step: this.step });
    this.feedNames.push(`${name}:0`);
    return name;
  }

  private addPlainOp(op: Op): OutputName {
    const { type, inputs: sources, attributes } = rewrite(this.backend, op);
    const inputs = sources.map((source) => this.nameOf(source));
    const name = this.writer.addNode(type, inputs, attributes);
    for (const input of inputs) this.users.set(input, (this.users.get(input) ?? new Set()).add(name));
    return (output) => (output === 0 ? name : `${name}:${output}`);
  }

  /** TensorFlow's fused Adam works in place on resource variables: they are filled, updated, read. */
  private addAdamUpdate({ inputs }: Op): OutputName {
    const dtype = typeAttribute(this.backend, "dtype", "float32");
    const [slots, scalarsAndGradient] = [inputs.slice(0, 3), inputs.slice(3).map((source) => this.nameOf(source))];
    const filled = slots.map((slot) => this.resourceHolding(slot));
    const updated = this.writer.addNode(
      "ResourceApplyAdam",
      [...filled.map(({ resource }) => resource), ...scalarsAndGradient, ...filled.flatMap(({ waitsFor }) => waitsFor)],
      [typeAttribute(this.backend, "T", "float32")],
    );
    const reads = filled.map(({ resource }) => {
      const read = this.writer.addNode("ReadVariableOp", [resource, `^${updated}`], [dtype]);
      this.resourceOf.set(read, resource);
      return read;
    });
    return (output) => reads[output];
  }

  /**
   * A resource variable that holds a value, and the nodes that an update of it has to wait for. From the second step on
   * there is one that holds it already. The update waits until its value has been used, since TensorFlow would copy a
   * value that is still in use.
   */
  private resourceHolding(value: Source): { resource: string; waitsFor: string[] } {
    const name = this.nameOf(value);
    const held = this.resourceOf.get(name);
    if (held !== undefined) {
      this.resourceOf.delete(name);
      return { resource: held, waitsFor: [name, ...(this.users.get(name) ?? [])].map((node) => `^${node}`) };
    }
    const resource = this.writer.addVariable(value);
    const assignment = this.writer.addNode(
      "AssignVariableOp",
      [resource, name],
      [typeAttribute(this.backend, "dtype", "float32")],
    );
    return { resource, waitsFor: [`^${assignment}`] };
  }
}
