import { COMMON_OPTIONS, HARMLESS, KNOWN_ACTIVATIONS, KNOWN_LAYERS } from "./layers";

/** A layer, or a model, as Keras writes it down; Keras 2 and 3 differ in details. */
export interface KerasLayer {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly name?: string;
  readonly inbound_nodes?: readonly unknown[];
}

/** A model's layers, in Keras's order. */
export function layersOf(model: KerasLayer): readonly KerasLayer[] {
  return (model.config.layers ?? []) as readonly KerasLayer[];
}

export function nameOfLayer({ name, config }: KerasLayer): string {
  return name ?? String(config.name);
}

/** Whether a layer is itself a model. */
export function isModel({ class_name }: KerasLayer): boolean {
  return class_name === "Functional" || class_name === "Model" || class_name === "Sequential";
}

/**
 * A model in the form of Keras 2, which tfjs reads.
 *
 * @throws if tfjs doesn't have a layer or an option; the message names all of them
 */
export function convertModel(model: KerasLayer): object {
  const problems: string[] = [];
  const converted = convert(model, problems);
  if (problems.length > 0) {
    throw new Error(
      `expected layers that TensorFlow.js has, with options that it has, found ${problems.join("; ")}. ` +
        "Replace them in Keras, or build the model here and set its weights",
    );
  }
  return converted;
}

function convert(model: KerasLayer, problems: string[]): object {
  if (!isModel(model)) {
    problems.push(`the model class ${model.class_name}`);
    return {};
  }
  return model.class_name === "Sequential" ? sequential(model, problems) : functional(model, problems);
}

function sequential({ config }: KerasLayer, problems: string[]): object {
  let inputShape: unknown = config.build_input_shape;
  const layers: object[] = [];
  for (const layer of (config.layers ?? []) as readonly KerasLayer[]) {
    if (layer.class_name === "InputLayer") {
      inputShape = layer.config.batch_shape ?? layer.config.batch_input_shape;
      continue;
    }
    const converted = convertLayer(layer, problems) as { config: Record<string, unknown> };
    if (layers.length === 0 && inputShape != null && !isModel(layer)) converted.config.batch_input_shape ??= inputShape;
    layers.push(converted);
  }
  return { class_name: "Sequential", config: { name: config.name, layers } };
}

function functional(model: KerasLayer, problems: string[]): object {
  const { config } = model;
  const all = layersOf(model);
  // A model within this one has a call of its own, from when it was made. Keras 2 and tfjs count it, Keras 3 doesn't.
  const isKeras3 = all.some(({ inbound_nodes = [] }) => inbound_nodes.some((node) => !Array.isArray(node)));
  const inner = new Set(isKeras3 ? all.filter(isModel).map(nameOfLayer) : []);
  const place = ([layer, node, tensor]: Place): Place => [layer, inner.has(layer) ? node + 1 : node, tensor];
  const layers = all.map((layer) => ({
    ...convertLayer(layer, problems),
    name: nameOfLayer(layer),
    inbound_nodes: (layer.inbound_nodes ?? []).map((node) => convertNode(nameOfLayer(layer), node, place, problems)),
  }));
  return {
    class_name: "Model",
    config: {
      name: config.name,
      layers,
      input_layers: placesIn(config.input_layers).map(place),
      output_layers: placesIn(config.output_layers).map(place),
    },
  };
}

/** Where a tensor comes from: which call of a layer, and which of its results. */
type Place = readonly [layer: string, node: number, tensor: number];

/** Keras 3 writes a single input or output without the list around it. */
function placesIn(layers: unknown): Place[] {
  if (!Array.isArray(layers)) throw new Error("expected a list of inputs and outputs, found none");
  return (typeof layers[0] === "string" ? [layers] : layers) as Place[];
}

interface KerasTensor {
  readonly class_name?: string;
  readonly config?: { readonly keras_history: Place };
}

/** A call of a layer: which tensors it gets. Keras 2 has a list, Keras 3 arguments. */
function convertNode(layer: string, node: unknown, place: (found: Place) => Place, problems: string[]): unknown {
  if (Array.isArray(node)) return node;
  const { args, kwargs } = node as { args: readonly unknown[]; kwargs: Readonly<Record<string, unknown>> };
  for (const [name, value] of Object.entries(kwargs))
    if (value !== null && value !== false) problems.push(`the call of ${layer} with ${name}=${JSON.stringify(value)}`);
  if (args.length !== 1) problems.push(`the call of ${layer} with ${args.length} arguments`);
  const tensors = (Array.isArray(args[0]) ? args[0] : [args[0]]) as readonly (KerasTensor | null)[];
  return tensors.map((tensor) => {
    if (tensor?.config?.keras_history === undefined) {
      problems.push(`the call of ${layer} with ${JSON.stringify(tensor)}`);
      return [];
    }
    return [...place(tensor.config.keras_history), {}];
  });
}

function convertLayer(layer: KerasLayer, problems: string[]): object {
  if (isModel(layer)) return convert(layer, problems);
  const { class_name } = layer;
  const name = nameOfLayer(layer);
  const options = Object.hasOwn(KNOWN_LAYERS, class_name) ? KNOWN_LAYERS[class_name] : undefined;
  if (options === undefined) {
    problems.push(`${name} (${class_name})`);
    return {};
  }
  const problem = (option: string, value: unknown) =>
    problems.push(`${name} (${class_name}) with ${option}=${JSON.stringify(value)}`);
  const config: Record<string, unknown> = { name, trainable: layer.config.trainable ?? true };
  const inputShape = layer.config.batch_shape ?? layer.config.batch_input_shape;
  if (inputShape != null) config.batch_input_shape = inputShape;
  for (const [option, value] of Object.entries(renamed(layer))) {
    // The weights come from the file, so how they were initialized doesn't matter.
    if (COMMON_OPTIONS.has(option) || option.endsWith("_initializer")) continue;
    if (/activation$/.test(option) && options.includes(option)) {
      const activation = activationName(value);
      const known = activation === undefined ? undefined : KNOWN_ACTIVATIONS[activation];
      if (known === undefined) problem(option, activation ?? value);
      config[option] = known;
    } else if (options.includes(option)) {
      if (value !== null) config[option] = value;
    } else if (/_regularizer$|_constraint$/.test(option) && value != null) {
      const converted = regularizerOrConstraint(value as KerasLayer);
      if (converted === undefined) problem(option, (value as KerasLayer).class_name);
      config[option] = converted;
    } else if (value != null && value !== false && HARMLESS[option] !== value) problem(option, value);
  }
  return { class_name, config };
}

/** Options that have another name in tfjs, or another form in files of Keras 2. */
function renamed({ class_name, config }: KerasLayer): Readonly<Record<string, unknown>> {
  if (class_name === "LeakyReLU" && "negative_slope" in config) {
    const { negative_slope, ...others } = config;
    return { ...others, alpha: negative_slope };
  }
  const { axis } = config;
  if (class_name === "BatchNormalization" && Array.isArray(axis) && axis.length === 1)
    return { ...config, axis: axis[0] as unknown };
  return config;
}

function activationName(value: unknown): string | undefined {
  if (value === null) return "linear";
  if (typeof value === "string") return value;
  const name = (value as { config?: unknown }).config;
  return typeof name === "string" ? name : undefined;
}

const CONSTRAINTS = new Set(["MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"]);

function regularizerOrConstraint({ class_name, config }: KerasLayer): object | undefined {
  if (class_name === "L1" || class_name === "L2" || class_name === "L1L2")
    return { class_name: "L1L2", config: { l1: config.l1 ?? 0, l2: config.l2 ?? 0 } };
  return CONSTRAINTS.has(class_name) ? { class_name, config } : undefined;
}
