import type * as tf from "../tf";
import { ADAM_UPDATE } from "./adam";
import { GraphWriter } from "./graph-writer";
import { type NativeBackend, typeAttribute } from "./native";
import { rectifyPooledGradients } from "./pooling";
import type { Op, Recording, Source } from "./recording";
import { rewrite } from "./rewrite";

/** A value that goes into the graph at each run; `step` says to which of its steps an input belongs. */
export type Feed = Exclude<Source, { kind: "constant" } | { kind: "op" }> & { readonly step: number };

/** A recording as a TensorFlow graph. */
export interface Graph {
  readonly savedModel: Uint8Array;
  /** What each placeholder stands for, in the order of `feedNames`. */
  readonly feeds: Feed[];
  /** Comma-separated, as the addon takes them. */
  readonly feedNames: string;
  readonly fetchNames: string;
  /** For each step, the places of the recording's outputs among the fetched tensors. */
  readonly outputs: number[][];
  /** For each assigned variable, the place of its new value among the fetched tensors. */
  readonly assigned: Map<tf.Variable, number>;
}

/**
 * Writes a recording down as a TensorFlow graph: a node for each op, placeholders for what changes between runs.
 *
 * Of several steps, each has its own inputs and begins with the values that the step before it gave the variables.
 *
 * @param replacements Sources that stand for others than the recording says.
 * @param steps How many times the graph does what was recorded, from 1.
 */
export function buildGraph(
  backend: NativeBackend,
  recording: Recording,
  replacements: ReadonlyMap<Source, Source>,
  steps: number,
): Graph {
  const writer = new GraphWriter(backend);
  const feeds: Feed[] = [];
  const feedNames: string[] = [];
  let step = 0;
  /** The graph's names of this step's inputs, and of the values that all steps share. */
  const inputNames = new Map<Source, string>();
  const sharedNames = new Map<Source, string>();
  /** The names of the outputs of this step's ops. */
  const outputNames = new Map<Op, (output: number) => string>();
  /** The values that the step before left in the variables. */
  let carried = new Map<tf.Variable, string>();
  const nameOf = (recorded: Source): string => {
    const source = replacements.get(recorded) ?? recorded;
    if (source.kind === "op") return outputNames.get(source.op)!(source.output);
    const name = source.kind === "variable" ? carried.get(source.variable) : undefined;
    if (name !== undefined) return name;
    const names = source.kind === "input" ? inputNames : sharedNames;
    if (!names.has(source))
      names.set(source, source.kind === "constant" ? writer.addConstant(source) : feedNode({ ...source, step }));
    return names.get(source)!;
  };
  const feedNode = (feed: Feed): string => {
    const name = writer.addPlaceholder(feed);
    feeds.push(feed);
    feedNames.push(`${name}:0`);
    return name;
  };
  /** The resource variables that hold a value which was read from them and not changed since, by that value's name. */
  const resourceOf = new Map<string, string>();
  /** The nodes that use a value, by its name. */
  const users = new Map<string, Set<string>>();
  /**
   * Adam's update in TensorFlow's fused op, which works in place on resource variables: they are filled, updated, read.
   * From the second step on they hold the right values already. The update waits until those have been used, since
   * TensorFlow would copy a value that somebody still holds.
   */
  const adamUpdate = ({ inputs: recorded }: Op): string[] => {
    const dtype = typeAttribute(backend, "dtype", "float32");
    const [values, scalarsAndGradient] = [recorded.slice(0, 3), recorded.slice(3).map(nameOf)];
    const ready: string[] = [];
    const resources = values.map((value) => {
      const name = nameOf(value);
      const held = resourceOf.get(name);
      if (held !== undefined) {
        resourceOf.delete(name);
        ready.push(...[name, ...(users.get(name) ?? [])].map((node) => `^${node}`));
        return held;
      }
      const resource = writer.addVariable(value);
      ready.push(`^${writer.addNode("AssignVariableOp", [resource, name], [dtype])}`);
      return resource;
    });
    const updated = writer.addNode(
      "ResourceApplyAdam",
      [...resources, ...scalarsAndGradient, ...ready],
      [typeAttribute(backend, "T", "float32")],
    );
    return resources.map((resource) => {
      const read = writer.addNode("ReadVariableOp", [resource, `^${updated}`], [dtype]);
      resourceOf.set(read, resource);
      return read;
    });
  };
  /** Adds an op's nodes; what comes back names its outputs. */
  const addOp = (op: Op): ((output: number) => string) => {
    if (op.type === ADAM_UPDATE) {
      const reads = adamUpdate(op);
      return (output) => reads[output];
    }
    const better = rewrite(backend, op);
    const inputs = better.inputs.map(nameOf);
    const name = writer.addNode(better.type, inputs, better.attributes);
    for (const input of inputs) users.set(input, (users.get(input) ?? new Set()).add(name));
    return (output) => (output === 0 ? name : `${name}:${output}`);
  };

  // An Identity for each fetched value: what is fed cannot be fetched, and no tensor may be fetched twice.
  const fetchNames: string[] = [];
  const fetch = (name: string, { dtype }: Source): number =>
    fetchNames.push(`${writer.addNode("Identity", [name], [typeAttribute(backend, "T", dtype)])}:0`) - 1;

  const outputs: number[][] = [];
  const replaced = rectifyPooledGradients(recording);
  for (; step < steps; step++) {
    inputNames.clear();
    outputNames.clear();
    for (const op of recording.ops) {
      for (const part of replaced.get(op) ?? [op]) {
        const named = addOp(part);
        for (const key of [part, op]) outputNames.set(key, named);
      }
    }
    outputs.push(recording.outputs.map((source) => fetch(nameOf(source), source)));
    carried = new Map([...recording.assigned].map(([variable, source]) => [variable, nameOf(source)]));
  }
  const assigned = new Map(
    [...recording.assigned].map(([variable, source]) => [variable, fetch(carried.get(variable)!, source)]),
  );

  return {
    savedModel: writer.savedModel(),
    feeds,
    feedNames: feedNames.join(),
    fetchNames: fetchNames.join(),
    outputs,
    assigned,
  };
}
