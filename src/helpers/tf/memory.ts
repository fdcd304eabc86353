import v8 from "node:v8";
import vm from "node:vm";
import { engine, env, type LayersModel, type Optimizer, type Tensor } from "@tensorflow/tfjs";
import { sharedAcrossReloads } from "../../shared/shared-across-reloads";

/**
 * Frees native memory when JavaScript's garbage collector finds that nothing refers to it any more.
 *
 * tfjs only frees a tensor when its `dispose` is called. In a notebook that leaks memory: re-running
 * `const x = scale(images)` makes a new tensor, and nothing refers to the old one any more. So the helpers register
 * the tensors and models that they return. You can still dispose them yourself.
 */
const registry = sharedAcrossReloads(
  "unreachable-tensors",
  () => new FinalizationRegistry<Owner>((owner) => owner.free()),
);

type Owner = { readonly free: () => void };

/** What it takes to free a tensor without keeping the tensor itself alive. */
type TensorHandle = Pick<Tensor, "dataId" | "dtype" | "size">;

/**
 * Frees the tensor when nothing refers to it any more.
 *
 * @returns the same tensor
 */
export function disposeWhenUnreachable<T extends Tensor>(tensor: T): T {
  const handle: TensorHandle = { dataId: tensor.dataId, dtype: tensor.dtype, size: tensor.size };
  registry.register(tensor, { free: () => engine().disposeTensor(handle as Tensor) }, tensor);
  const dispose = tensor.dispose;
  tensor.dispose = function (this: T) {
    registry.unregister(this);
    dispose.call(this);
  };
  return tensor;
}

/**
 * Frees each of the model's weights, and the weights of each optimizer that it is compiled with, when nothing refers to
 * them any more. A weight belongs to its layer, so a second model that uses the same layers keeps it.
 *
 * Optimizers are only known once they are in use, so this replaces `model.compile` on the instance.
 *
 * @returns the same model
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
  registry.register(weight, { free });
}

const registeredOptimizers = new WeakSet<Optimizer>();

/** Frees an optimizer's weights (such as Adam's moments) when nothing refers to the optimizer any more. */
function disposeOptimizerWhenUnreachable(optimizer: Optimizer): void {
  if (registeredOptimizers.has(optimizer)) return;
  registeredOptimizers.add(optimizer);
  // A copy that shares the lists of weights: holding the optimizer itself would keep it from being collected.
  const prototype = Object.getPrototypeOf(optimizer) as object;
  const optimizerWithoutSelf = Object.assign(Object.create(prototype) as Optimizer, optimizer);
  registry.register(optimizer, { free: () => optimizerWithoutSelf.dispose() });
}

/** Collects garbage now, and waits until the native memory of unreachable tensors is freed. Takes 10 to 50 ms. */
export async function releaseUnreachable(): Promise<void> {
  clearLayerOrderCache();
  v8.setFlagsFromString("--expose-gc");
  const collectGarbage = vm.runInNewContext("gc") as () => void;
  collectGarbage();
  await new Promise((resolve) => setImmediate(resolve));
  await new Promise((resolve) => setImmediate(resolve));
}

/**
 * tfjs-layers caches the order of the layers, and with it the layers, of the last hundred graphs that it ran. Setting
 * the cache's size to 0 clears it; if a model is used again, its layers are sorted again, which takes less than a
 * millisecond.
 */
function clearLayerOrderCache(): void {
  const cacheSize = "TOPOLOGICAL_SORT_CACHE_MAX_ENTRIES";
  const entries = env().getNumber(cacheSize);
  env().set(cacheSize, 0);
  env().set(cacheSize, entries);
}
