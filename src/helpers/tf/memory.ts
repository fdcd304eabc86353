import v8 from "node:v8";
import vm from "node:vm";
import { engine, env, type LayersModel, type Optimizer, type Tensor } from "@tensorflow/tfjs";

/**
 * Native memory that follows JavaScript's garbage collection, for what the helpers make.
 *
 * tfjs frees a tensor when its `dispose` is called and never otherwise. In a notebook that leaks: running
 * `const x = scale(images)` again makes a new tensor, and nothing refers to the old one any more. The helpers register
 * what they return here; once nobody can reach it, its native memory is given back. Disposing by hand still works.
 */
const registryKey = Symbol.for("cnn-helpers.unreachable-tensors");

/** What is needed to free a tensor without keeping the tensor itself alive. */
type Husk = Pick<Tensor, "dataId" | "dtype" | "size">;
type Owner = { readonly free: () => void };

/** Shared by every copy of this module, since the helpers are loaded anew after an edit. */
function registry(): FinalizationRegistry<Owner> {
  const shared = globalThis as { [registryKey]?: FinalizationRegistry<Owner> };
  return (shared[registryKey] ??= new FinalizationRegistry<Owner>((owner) => owner.free()));
}

/** Frees the tensor when nothing refers to it any more. Returns the same tensor. */
export function disposeWhenUnreachable<T extends Tensor>(tensor: T): T {
  const husk: Husk = { dataId: tensor.dataId, dtype: tensor.dtype, size: tensor.size };
  registry().register(tensor, { free: () => engine().disposeTensor(husk as Tensor) }, tensor);
  const dispose = tensor.dispose;
  tensor.dispose = function (this: T) {
    registry().unregister(this);
    dispose.call(this);
  };
  return tensor;
}

/**
 * Frees each of the model's weights, and the slots of each optimizer that it is compiled with, when nothing refers to
 * them any more. A weight belongs to its layer, so a second model made of the same layers keeps it. Returns the same model.
 */
export function disposeModelWhenUnreachable<M extends LayersModel>(model: M): M {
  model.weights.forEach(disposeWeightWhenUnreachable);
  const compile = model.compile;
  model.compile = function (this: M, ...args: Parameters<M["compile"]>) {
    compile.apply(this, args);
    disposeOptimizerWhenUnreachable(this.optimizer);
  };
  return model;
}

function disposeWeightWhenUnreachable(weight: LayersModel["weights"][number]): void {
  const variable = weight.read();
  const free = () => {
    if (!variable.isDisposed) variable.dispose();
  };
  registry().register(weight, { free });
}

const registeredOptimizers = new WeakSet<Optimizer>();

/** Frees an optimizer's slots (such as Adam's moments) when nothing refers to the optimizer any more. */
function disposeOptimizerWhenUnreachable(optimizer: Optimizer): void {
  if (registeredOptimizers.has(optimizer)) return;
  registeredOptimizers.add(optimizer);
  // A twin that shares the lists of slots, so that the optimizer itself can be collected.
  const twin: Optimizer = Object.assign(Object.create(Object.getPrototypeOf(optimizer)), optimizer);
  registry().register(optimizer, { free: () => twin.dispose() });
}

/** Collects garbage now and waits until the memory of what was unreachable is given back. Takes 10 to 50 ms. */
export async function releaseUnreachable(): Promise<void> {
  forgetSortedLayers();
  v8.setFlagsFromString("--expose-gc");
  const collectGarbage = vm.runInNewContext("gc") as () => void;
  collectGarbage();
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}

/**
 * tfjs-layers keeps the order of the layers, and so the layers, of the last hundred graphs that it ran. With room for
 * none it drops them; a model that is used again is sorted again, in less than a millisecond.
 */
function forgetSortedLayers(): void {
  const room = "TOPOLOGICAL_SORT_CACHE_MAX_ENTRIES";
  const entries = env().getNumber(room);
  env().set(room, 0);
  env().set(room, entries);
}
