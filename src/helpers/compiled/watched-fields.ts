import * as tf from "../tf";

/** Longer arrays, other than arrays of layers, are compared by identity alone. */
const MAX_ARRAY_LENGTH = 64;
/** How deep the watch looks into a layer's field: into regularizers and weights, not into the whole program. */
const MAX_DEPTH = 3;
/**
 * Fields of tfjs's Layer (4.22.0) that a built layer's step doesn't depend on: names, connections, how it was built.
 */
const IRRELEVANT: ReadonlySet<string> = new Set([
  ...["id", "name", "dtype", "batchInputShape", "inputSpec", "inboundNodes", "outboundNodes", "built", "_built"],
  ...["_addedWeightNames", "_refCount", "initialWeights", "_losses", "_updates", "fastWeightInitDuringBuild"],
  ...["kernelInitializer", "biasInitializer", "recurrentInitializer", "supportsMasking", "_stateful", "_callHook"],
]);
/** The only fields of a nested model that its step depends on; others, such as its history, change as it is used. */
const MODEL_FIELDS = ["trainable_", "layers"];
const WEIGHT_FIELDS = ["trainable_", "constraint"];

/**
 * The fields of a model's layers (rates, flags, regularizers, fields of the user's own layers), so that a change is
 * noticed. Tensors are left out: their values go into the graph at each run.
 */
export class WatchedFields {
  private readonly fields: {
    readonly owner: Record<string, unknown>;
    readonly name: string;
    readonly value: unknown;
  }[] = [];
  private readonly sizes: { readonly owner: object; readonly size: number }[] = [];

  constructor(layers: readonly tf.layers.Layer[]) {
    const visited = new Set<object>();
    for (const layer of layers) this.watch(layer, 0, visited);
  }

  /** The name of the first field that has changed, with its owner's, such as `rate of dropout_Dropout1`. */
  changed(): string | undefined {
    for (let i = 0; i < this.fields.length; i++) {
      const { owner, name, value } = this.fields[i];
      const current = owner[name];
      // This runs before each step, and identity is what is quick to see.
      if (current === value || Object.is(current, value)) continue;
      if (comparable(current) !== NO_NUMBER || comparable(value) !== NO_NUMBER) return describe(owner, name);
    }
    for (const { owner, size } of this.sizes) if (Object.keys(owner).length !== size) return describe(owner, "a field");
    return undefined;
  }

  private watch(owner: object, depth: number, visited: Set<object>): void {
    if (visited.has(owner)) return;
    visited.add(owner);
    const names = fieldNames(owner);
    if (owner instanceof tf.layers.Layer && !(owner instanceof tf.LayersModel))
      this.sizes.push({ owner, size: names.length });
    for (const name of names) {
      if (IRRELEVANT.has(name)) continue;
      const value = (owner as Record<string, unknown>)[name];
      this.fields.push({ owner: owner as Record<string, unknown>, name, value });
      if (!isInspectable(value)) continue;
      if (value instanceof tf.layers.Layer) this.watch(value, 0, visited);
      else if (depth < MAX_DEPTH || isArrayOfLayers(value)) this.watch(value, depth + 1, visited);
    }
  }
}

function fieldNames(owner: object): readonly string[] {
  if (owner instanceof tf.LayersModel) return MODEL_FIELDS;
  return owner instanceof tf.LayerVariable ? WEIGHT_FIELDS : Object.keys(owner);
}

function describe(owner: object, name: string): string {
  return owner instanceof tf.layers.Layer ? `${name} of the layer "${owner.name}"` : name;
}

const NO_NUMBER = Symbol("tensors, or nothing");

/** A value as it is compared. Tensors come and go in a layer's fields while it runs. */
function comparable(value: unknown): unknown {
  if (value === null || value === undefined || value instanceof tf.Tensor) return NO_NUMBER;
  if (Array.isArray(value) && value.every((element) => comparable(element) === NO_NUMBER)) return NO_NUMBER;
  return value;
}

function isInspectable(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !ArrayBuffer.isView(value) &&
    !(value instanceof tf.Tensor) &&
    !(value instanceof tf.SymbolicTensor) &&
    !(Array.isArray(value) && value.length > MAX_ARRAY_LENGTH && !isArrayOfLayers(value)) &&
    comparable(value) !== NO_NUMBER
  );
}

function isArrayOfLayers(value: object): boolean {
  return Array.isArray(value) && value.some((element) => element instanceof tf.layers.Layer);
}
