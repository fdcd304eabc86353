import type * as tf from "../tf";
import { DATA_TYPES, type NativeBackend, type OpAttribute, typeAttribute } from "./native";

/** The tag under which the graph is loaded again. */
export const GRAPH_TAG = "train";

/**
 * The version of TensorFlow's GraphDef that the nodes follow: TensorFlow 2.0's, which every later one reads
 * (`TF_GRAPH_DEF_VERSION`, tensorflow/core/public/version.h).
 */
const GRAPH_VERSION = 119;

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
  AttrValue: {
    new (): AttrValue;
    ListValue: new () => Message & {
      setIList(v: number[]): void;
      setFList(v: number[]): void;
      setBList(v: boolean[]): void;
    };
  };
  NodeDef: new () => NodeDef;
  GraphDef: new () => GraphDef;
  VersionDef: new () => Message & { setProducer(version: number): Message };
  Tensor: new () => Message & {
    setDtype(type: number): void;
    setTensorShape(shape: Message): void;
    setTensorContent(bytes: Uint8Array): void;
  };
  TensorShape: {
    new (): Message & { addDim(dim: Message): void };
    Dim: new () => Message & { setSize(size: number): Message };
  };
  MetaGraphDef: {
    new (): Message & { setGraphDef(g: Message): void; setMetaInfoDef(i: Message): void };
    MetaInfoDef: new () => Message & { addTags(tag: string): void };
  };
  SavedModel: new () => Message & {
    setSavedModelSchemaVersion(version: number): void;
    addMetaGraphs(graph: Message): void;
  };
}

/** The type of a value in the graph. */
interface ValueType {
  readonly dtype: tf.DataType;
  readonly shape: number[];
}

/**
 * Writes a TensorFlow graph, node by node. A node's name is also its first output's; the others are `name:1` and so on.
 */
export class GraphWriter {
  private readonly messages = require("@tensorflow/tfjs-node/dist/proto/api_pb") as Messages;
  private readonly graph = new this.messages.GraphDef();
  private nodes = 0;

  constructor(private readonly backend: NativeBackend) {}

  /**
   * Adds an op.
   *
   * @param inputs Names of outputs; `^name` waits for a node and takes no value from it.
   * @returns The node's name.
   */
  addNode(op: string, inputs: readonly string[], attributes: readonly OpAttribute[]): string {
    return this.append(
      op,
      inputs,
      attributes.map((attribute) => [attribute.name, this.attributeValue(attribute)]),
    );
  }

  /** Adds a value that is fed at each run. */
  addPlaceholder({ dtype, shape }: ValueType): string {
    return this.addNode("Placeholder", [], [typeAttribute(this.backend, "dtype", dtype), this.shapeAttribute(shape)]);
  }

  /** @throws Error if the values are strings, which a graph can't hold */
  addConstant({ dtype, shape, values }: ValueType & { readonly values: tf.backend_util.BackendValues }): string {
    const { AttrValue, Tensor } = this.messages;
    const tensor = new Tensor();
    tensor.setDtype(DATA_TYPES[dtype]);
    tensor.setTensorShape(this.shapeMessage(shape));
    tensor.setTensorContent(bytesOf(values));
    return this.append(
      "Const",
      [],
      [
        ["dtype", new AttrValue().setType(DATA_TYPES[dtype])],
        ["value", new AttrValue().setTensor(tensor)],
      ],
    );
  }

  /** Adds a variable that the session keeps; it is empty until it is assigned. */
  addVariable({ dtype, shape }: ValueType): string {
    const name = { name: "shared_name", type: this.backend.binding.TF_ATTR_STRING, value: `v${this.nodes}` };
    return this.addNode(
      "VarHandleOp",
      [],
      [typeAttribute(this.backend, "dtype", dtype), this.shapeAttribute(shape), name],
    );
  }

  /** The graph as a serialized SavedModel, tagged {@link GRAPH_TAG}. */
  savedModel(): Uint8Array {
    const { VersionDef, MetaGraphDef, SavedModel } = this.messages;
    this.graph.setVersions(new VersionDef().setProducer(GRAPH_VERSION));
    const info = new MetaGraphDef.MetaInfoDef();
    info.addTags(GRAPH_TAG);
    const metaGraph = new MetaGraphDef();
    metaGraph.setMetaInfoDef(info);
    metaGraph.setGraphDef(this.graph);
    const savedModel = new SavedModel();
    savedModel.setSavedModelSchemaVersion(1);
    savedModel.addMetaGraphs(metaGraph);
    return savedModel.serializeBinary();
  }

  private append(
    op: string,
    inputs: readonly string[],
    attributes: readonly [name: string, value: AttrValue][],
  ): string {
    const name = `n${this.nodes++}`;
    const node = new this.messages.NodeDef().setName(name).setOp(op);
    for (const input of inputs) node.addInput(input);
    for (const [key, value] of attributes) node.getAttrMap().set(key, value);
    this.graph.addNode(node);
    return name;
  }

  private attributeValue({ type, value }: OpAttribute): AttrValue {
    const { binding } = this.backend;
    const message = new this.messages.AttrValue();
    if (Array.isArray(value) && type !== binding.TF_ATTR_SHAPE) {
      const list = new this.messages.AttrValue.ListValue();
      if (type === binding.TF_ATTR_INT) list.setIList(value as number[]);
      else if (type === binding.TF_ATTR_FLOAT) list.setFList(value as number[]);
      else list.setBList(value as boolean[]);
      return message.setList(list);
    }
    switch (type) {
      case binding.TF_ATTR_STRING:
        return message.setS(Buffer.from(value as string));
      case binding.TF_ATTR_INT:
        return message.setI(value as number);
      case binding.TF_ATTR_FLOAT:
        return message.setF(value as number);
      case binding.TF_ATTR_BOOL:
        return message.setB(value as boolean);
      case binding.TF_ATTR_TYPE:
        return message.setType(value as number);
      case binding.TF_ATTR_SHAPE:
        return message.setShape(this.shapeMessage(value as number[]));
      default:
        throw new Error(`op attribute: expected a known type, found ${type}.`);
    }
  }

  private shapeAttribute(shape: number[]): OpAttribute {
    return { name: "shape", type: this.backend.binding.TF_ATTR_SHAPE, value: shape };
  }

  private shapeMessage(shape: number[]): Message {
    const { TensorShape } = this.messages;
    const message = new TensorShape();
    for (const size of shape) message.addDim(new TensorShape.Dim().setSize(size));
    return message;
  }
}

function bytesOf(values: tf.backend_util.BackendValues): Uint8Array {
  if (!ArrayBuffer.isView(values))
    throw new Error("constant: expected numbers, found strings, which a graph can't hold.");
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
