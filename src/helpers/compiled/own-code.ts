import { sharedAcrossReloads } from "../../shared/shared-across-reloads";
import * as tf from "../tf";

/** Anything of tfjs-layers that has a class name: layers, regularizers, constraints, initializers, activations. */
type Serializable = tf.serialization.Serializable;
type Constructor = tf.serialization.SerializableConstructor<Serializable>;

/** The classes that tfjs-layers itself registers when it loads. */
const tfjsClasses = sharedAcrossReloads("tfjs-classes", () => {
  const registered = Object.values(tf.serialization.SerializationMap.getMap().classNameMap);
  return new Set<unknown>(registered.map(([constructor]) => constructor));
});

const tfjsOptimizers = new Set<unknown>([
  tf.SGDOptimizer,
  tf.MomentumOptimizer,
  tf.RMSPropOptimizer,
  tf.AdagradOptimizer,
  tf.AdadeltaOptimizer,
  tf.AdamOptimizer,
  tf.AdamaxOptimizer,
]);

/**
 * The first part of a model that isn't tfjs's own code, such as `the layer "noise" (class Noise)`; `undefined` if there
 * is none. What tfjs's own parts do depends only on their fields; other code can depend on anything.
 */
export function ownCodeIn(model: tf.LayersModel): string | undefined {
  const { loss, metrics } = model as unknown as { loss?: unknown; metrics?: unknown };
  if (containsFunction(loss)) return "the loss is a function";
  if (containsFunction(metrics)) return "a metric is a function";
  return ownLayerIn([model]);
}

function ownLayerIn(layers: readonly tf.layers.Layer[]): string | undefined {
  for (const layer of layers) {
    if (!tfjsClasses.has(layer.constructor) || hasOwnMethods(layer))
      return `the layer "${layer.name}" (class ${layer.constructor.name}) is not tfjs's own`;
    if (layer instanceof tf.LayersModel) {
      const found = ownLayerIn(layer.layers);
      if (found !== undefined) return found;
      continue;
    }
    for (const part of Object.values(layer)) {
      if (!(part instanceof tf.serialization.Serializable)) continue;
      if (part instanceof tf.layers.Layer) {
        const found = ownLayerIn([part]);
        if (found !== undefined) return found;
      } else if (!tfjsClasses.has(part.constructor as Constructor)) {
        return `the layer "${layer.name}" uses the class ${part.constructor.name}, which is not tfjs's own`;
      }
    }
  }
  return undefined;
}

/** Whether one of the object's methods has been replaced, as in `layer.call = …`. */
function hasOwnMethods(layer: tf.layers.Layer): boolean {
  return ["call", "apply", "invokeCallHook", "computeMask"].some((method) => Object.hasOwn(layer, method));
}

function containsFunction(value: unknown): boolean {
  // Metrics of the helpers say that they are traceable.
  if (typeof value === "function") return !("traceable" in value && value.traceable === true);
  return typeof value === "object" && value !== null && Object.values(value).some(containsFunction);
}

const OPTIMIZER_METHODS = ["applyGradients", "minimize", "computeGradients"] as const;

/**
 * The first method of an optimizer that isn't tfjs's own, such as `applyGradients (class MyAdam)`. It can count its
 * calls or change the learning rate, which a graph wouldn't repeat.
 *
 * A class whose methods do the same ops at every step says so with `static readonly traceable = true`.
 */
export function ownMethodOf(optimizer: tf.Optimizer): string | undefined {
  const { constructor } = optimizer as { constructor: { name: string; traceable?: unknown } };
  for (const method of OPTIMIZER_METHODS) if (Object.hasOwn(optimizer, method)) return method;
  if (tfjsOptimizers.has(constructor)) return undefined;
  if (Object.hasOwn(constructor, "traceable") && constructor.traceable === true) return undefined;
  // Not `instanceof`: tfjs's optimizers are instances of every class of optimizers.
  let theirs = Object.getPrototypeOf(optimizer) as object | null;
  while (theirs !== null && !tfjsOptimizers.has(theirs.constructor))
    theirs = Object.getPrototypeOf(theirs) as object | null;
  theirs ??= tf.Optimizer.prototype;
  const overridden = OPTIMIZER_METHODS.find((method) => optimizer[method] !== Reflect.get(theirs, method));
  return overridden === undefined ? undefined : `${overridden} (class ${constructor.name})`;
}
