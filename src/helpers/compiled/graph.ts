import * as tf from "../tf";
import { ADAM_UPDATE } from "./adam";
import { DATA_TYPES, type NativeBackend, type OpAttribute } from "./native";
import { rectifyPooledGradients } from "./pooling";
import type { Op, Recording, Source } from "./recording";
import { rewrite } from "./rewrite";

/** The tag under which the graph is loaded again. */
export const GRAPH_TAG = "train";

/**
 * The version of TensorFlow's GraphDef that the nodes follow: that of TensorFlow 2.0, which every later one reads
 * (`TF_GRAPH_DEF_VERSION`, tensorflow/core/public/version.h).
 */
const GRAPH_VERSION = 119;

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

/** The protocol-buffer messages of tfjs-node; the package ships no types for them. */
interface Message {
  serializeBinary(): Uint8Array;
}
interface AttrValue extends Message {
  setS(value: Uint8Array): this;
  setI(value: number): this;
  setF(value: number): this;
  setB(value: boolean): this;
  setType(value: number): this;
  setShape(value: Message): this;
  setTensor(value: Message): this;
  setList(value: Message): this;
}
interface NodeDef extends Message {
  setName(name: string): this;
  setOp(op: string): this;
  addInput(input: string): string;
  getAttrMap(): { set(name: string, value: AttrValue): void };
}
interface GraphDef extends Message {
  addNode(node: NodeDef): void;
  setVersions(value: Message): this;
}
interface Messages {
  AttrValue: { new (): AttrValue; ListValue: new () => Message & { setIList(v: number[]): void; setFList(v: number[]): void; setBList(v: boolean[]): void } };
  NodeDef: new () => NodeDef;
  GraphDef: new () => GraphDef;
  VersionDef: new () => Message & { setProducer(version: number): Message };
  Tensor: new () => Message & { setDtype(type: number): void; setTensorShape(shape: Message): void; setTensorContent(bytes: Uint8Array): void };
  TensorShape: { new (): Message & { addDim(dim: Message): void }; Dim: new () => Message & { setSize(size: number): Message } };
  MetaGraphDef: { new (): Message & { setGraphDef(g: Message): void; setMetaInfoDef(i: Message): void }; MetaInfoDef: new () => Message & { addTags(tag: string): void } };
  SavedModel: new () => Message & { setSavedModelSchemaVersion(version: number): void; addMetaGraphs(graph: Message): void };
}

/**
 * Writes a recording down as a TensorFlow graph: a node for each op, placeholders for what changes between runs.
 *
 * Of several steps, each has its own inputs and begins with the values that the step before it gave the variables.
 *
 * @param replacements Sources that stand for others than the recording says.
 * @param steps How many times the graph does what was recorded, from 1.
 */
export function buildGraph(backend: NativeBackend, recording: Recording, replacements: ReadonlyMap<Source, Source>, steps: number): Graph {
  const pb = require("@tensorflow/tfjs-node/dist/proto/api_pb") as Messages;
  const graph = new pb.GraphDef();
  let nodes = 0;
  const addNode = (op: string, inputs: string[], attributes: Record<string, AttrValue>): string => {
    const name = `n${nodes++}`;
    const node = new pb.NodeDef().setName(name).setOp(op);
    for (const input of inputs) node.addInput(input);
    for (const [key, value] of Object.entries(attributes)) node.getAttrMap().set(key, value);
    graph.addNode(node);
    return name;
  };

  const shapeMessage = (shape: number[]) => {
    const message = new pb.TensorShape();
    for (const size of shape) message.addDim(new pb.TensorShape.Dim().setSize(size));
    return message;
  };
  const type = (dtype: tf.DataType) => new pb.AttrValue().setType(DATA_TYPES[dtype]);
  const attribute = ({ type, value }: OpAttribute): AttrValue => {
    const { binding } = backend;
    const message = new pb.AttrValue();
    if (Array.isArray(value) && type !== binding.TF_ATTR_SHAPE) {
      const list = new pb.AttrValue.ListValue();
      if (type === binding.TF_ATTR_INT) list.setIList(value as number[]);
      else if (type === binding.TF_ATTR_FLOAT) list.setFList(value as number[]);
      else list.setBList(value as boolean[]);
      return message.setList(list);
    }
    switch (type) {
      case binding.TF_ATTR_STRING: return message.setS(Buffer.from(value as string));
      case binding.TF_ATTR_INT: return message.setI(value as number);
      case binding.TF_ATTR_FLOAT: return message.setF(value as number);
      case binding.TF_ATTR_BOOL: return message.setB(value as boolean);
      case binding.TF_ATTR_TYPE: return message.setType(value as number);
      case binding.TF_ATTR_SHAPE: return message.setShape(shapeMessage(value as number[]));
      default: throw new Error(`Expected an op attribute of a known type, found ${type}.`);
    }
  };

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
    if (!names.has(source)) names.set(source, source.kind === "constant" ? constantNode(source) : feedNode({ ...source, step }));
    return names.get(source)!;
  };
  const feedNode = (feed: Feed): string => {
    const name = addNode("Placeholder", [], { dtype: type(feed.dtype), shape: new pb.AttrValue().setShape(shapeMessage(feed.shape)) });
    feeds.push(feed);
    feedNames.push(`${name}:0`);
    return name;
  };
  const constantNode = ({ dtype, shape, values }: Extract<Source, { kind: "constant" }>): string => {
    const tensor = new pb.Tensor();
    tensor.setDtype(DATA_TYPES[dtype]);
    tensor.setTensorShape(shapeMessage(shape));
    tensor.setTensorContent(bytesOf(values));
    return addNode("Const", [], { dtype: type(dtype), value: new pb.AttrValue().setTensor(tensor) });
  };
  /** The resource variables that hold a value which was read from them and not changed since, by that value's name. */
  const resourceOf = new Map<string, string>();
  /**
   * Adam's update in TensorFlow's fused op, which works in place on resource variables: they are filled, updated, read.
   * From the second step on they hold the right values already, and only have to wait until those have been read.
   */
  const adamUpdate = ({ inputs: recorded }: Op): string[] => {
    const dtype = type("float32");
    const [values, scalarsAndGradient] = [recorded.slice(0, 3), recorded.slice(3).map(nameOf)];
    const ready: string[] = [];
    const resources = values.map((value) => {
      const name = nameOf(value);
      const held = resourceOf.get(name);
      if (held !== undefined) {
        resourceOf.delete(name);
        ready.push(`^${name}`);
        return held;
      }
      const shape = new pb.AttrValue().setShape(shapeMessage(value.shape));
      const resource = addNode("VarHandleOp", [], { dtype, shape, shared_name: new pb.AttrValue().setS(Buffer.from(`v${nodes}`)) });
      ready.push(`^${addNode("AssignVariableOp", [resource, name], { dtype })}`);
      return resource;
    });
    const updated = addNode("ResourceApplyAdam", [...resources, ...scalarsAndGradient, ...ready], { T: dtype });
    return resources.map((resource) => {
      const read = addNode("ReadVariableOp", [resource, `^${updated}`], { dtype });
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
    const name = addNode(better.type, better.inputs.map(nameOf), Object.fromEntries(better.attributes.map((a) => [a.name, attribute(a)])));
    return (output) => (output === 0 ? name : `${name}:${output}`);
  };

  // An Identity for each fetched value: what is fed cannot be fetched, and no tensor may be fetched twice.
  const fetchNames: string[] = [];
  const fetch = (name: string, { dtype }: Source): number => fetchNames.push(`${addNode("Identity", [name], { T: type(dtype) })}:0`) - 1;

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
  const assigned = new Map([...recording.assigned].map(([variable, source]) => [variable, fetch(carried.get(variable)!, source)]));

  graph.setVersions(new pb.VersionDef().setProducer(GRAPH_VERSION));
  const info = new pb.MetaGraphDef.MetaInfoDef();
  info.addTags(GRAPH_TAG);
  const metaGraph = new pb.MetaGraphDef();
  metaGraph.setMetaInfoDef(info);
  metaGraph.setGraphDef(graph);
  const savedModel = new pb.SavedModel();
  savedModel.setSavedModelSchemaVersion(1);
  savedModel.addMetaGraphs(metaGraph);
  return { savedModel: savedModel.serializeBinary(), feeds, feedNames: feedNames.join(), fetchNames: fetchNames.join(), outputs, assigned };
}

function bytesOf(values: tf.backend_util.BackendValues): Uint8Array {
  if (!ArrayBuffer.isView(values)) throw new Error("Expected numbers in a constant, found strings: a graph cannot hold them.");
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
