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

/** A value that goes into the graph at each run. */
export type Feed = Exclude<Source, { kind: "constant" } | { kind: "op" }>;

/** A recording as a TensorFlow graph. */
export interface Graph {
  readonly savedModel: Uint8Array;
  /** What each placeholder stands for, in the order of `feedNames`. */
  readonly feeds: Feed[];
  /** Comma-separated, as the addon takes them. */
  readonly feedNames: string;
  readonly fetchNames: string;
  /** For each output of the recording, its place among the fetched tensors. */
  readonly outputs: number[];
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
 * @param replacements Sources that stand for others than the recording says.
 */
export function buildGraph(backend: NativeBackend, recording: Recording, replacements: ReadonlyMap<Source, Source>): Graph {
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
  const names = new Map<Source, string>();
  /** The names of each op's outputs. */
  const outputNames = new Map<Op, (output: number) => string>();
  /** The graph's name of a value. Ops have their nodes already; the others get theirs at the first call. */
  const nameOf = (recorded: Source): string => {
    const source = replacements.get(recorded) ?? recorded;
    if (source.kind === "op") return outputNames.get(source.op)!(source.output);
    let name = names.get(source);
    if (name === undefined) {
      name = source.kind === "constant" ? constantNode(source) : feedNode(source);
      names.set(source, name);
    }
    return name;
  };
  const feedNode = (source: Feed): string => {
    const name = addNode("Placeholder", [], { dtype: type(source.dtype), shape: new pb.AttrValue().setShape(shapeMessage(source.shape)) });
    feeds.push(source);
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
  /** Adam's update in TensorFlow's fused op, which works in place on resource variables: they are filled, updated, read. */
  const adamUpdate = ({ inputs: recorded }: Op): string[] => {
    const [values, scalarsAndGradient] = [recorded.slice(0, 3), recorded.slice(3).map(nameOf)];
    const [dtype, resources] = [type("float32"), values.map(() => "")];
    const filled = values.map((value, i) => {
      const shape = new pb.AttrValue().setShape(shapeMessage(value.shape));
      resources[i] = addNode("VarHandleOp", [], { dtype, shape, shared_name: new pb.AttrValue().setS(Buffer.from(`v${nodes}`)) });
      return `^${addNode("AssignVariableOp", [resources[i], nameOf(value)], { dtype })}`;
    });
    const updated = addNode("ResourceApplyAdam", [...resources, ...scalarsAndGradient, ...filled], { T: dtype });
    return resources.map((resource) => addNode("ReadVariableOp", [resource, `^${updated}`], { dtype }));
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
  const replaced = rectifyPooledGradients(recording);
  for (const op of recording.ops) {
    for (const part of replaced.get(op) ?? [op]) {
      const named = addOp(part);
      for (const key of [part, op]) outputNames.set(key, named);
    }
  }

  // An Identity for each fetched value: what is fed cannot be fetched, and no tensor may be fetched twice.
  const fetchNames: string[] = [];
  const fetch = (source: Source): number => {
    const name = addNode("Identity", [nameOf(source)], { T: type(source.dtype) });
    return fetchNames.push(`${name}:0`) - 1;
  };
  const outputs = recording.outputs.map(fetch);
  const assigned = new Map([...recording.assigned].map(([variable, source]) => [variable, fetch(source)]));

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
