import v8 from "node:v8";
import vm from "node:vm";
import { engine, env, Tensor, Variable } from "@tensorflow/tfjs";
import { sharedAcrossReloads } from "../../shared/shared-across-reloads";

/**
 * Frees native memory when JavaScript's garbage collector finds that nothing refers to it any more.
 *
 * tfjs only frees a tensor when its `dispose` is called, and it keeps every variable until then. In a notebook that
 * leaks memory: re-running `const model = tf.sequential(…)` makes new weights, and nothing refers to the old ones any
 * more. So every tensor that outlives its `tidy`, and every variable (a weight, an optimizer's moment), is freed once
 * the program can't reach it. You can still dispose them yourself.
 */
export function freeWhatIsUnreachable(): void {
  sharedAcrossReloads("free-unreachable", install);
}

/** What it takes to free a tensor without keeping the tensor itself alive. */
interface Handle {
  dataId: object;
  readonly dtype: string;
  readonly size: number;
  /** Of a variable. */
  readonly name?: string;
}

/** The parts of tfjs's engine (4.22.0) that know when tensors and variables come and go; private in its types. */
interface EngineInternals {
  readonly state: {
    readonly activeScope: object | null | undefined;
    registeredVariables: Record<string, Variable | undefined>;
  };
  track(tensor: Tensor): Tensor;
  incRef(tensor: Tensor, backend: unknown): void;
  disposeTensor(tensor: Tensor | Handle): void;
  disposeVariable(variable: Variable): void;
}

/** So many new bytes outside of any `tidy`, and garbage is looked for: V8 doesn't know how large tensors are. */
const BYTES_BETWEEN_COLLECTIONS = 512e6;

function install(): object {
  const tfjs = engine() as unknown as EngineInternals;
  const { track, incRef, disposeTensor, disposeVariable } = tfjs;
  const registry = new FinalizationRegistry<Handle>((handle) => {
    disposeTensor.call(tfjs, handle);
    if (handle.name !== undefined) forgetCollected(handle.name);
  });
  const { registeredVariables, forgetCollected } = weakVariables(tfjs.state.registeredVariables);
  tfjs.state.registeredVariables = registeredVariables;
  const handles = new WeakMap<Tensor, Handle>();
  let newBytes = 0;

  const watch = (tensor: Tensor, name?: string): void => {
    const { dataId, dtype, size } = tensor;
    const handle: Handle = { dataId, dtype, size, name };
    handles.set(tensor, handle);
    registry.register(tensor, handle, handle);
  };
  const forget = (tensor: Tensor): void => {
    const handle = handles.get(tensor);
    if (handle !== undefined) registry.unregister(handle);
  };
  // Called for each new tensor, and for each that a scope hands on to the one around it.
  tfjs.track = (tensor) => {
    const tracked = track.call(tfjs, tensor);
    if (tfjs.state.activeScope == null && !handles.has(tensor)) {
      watch(tensor);
      newBytes += 4 * tensor.size;
      if (newBytes > BYTES_BETWEEN_COLLECTIONS) {
        newBytes = 0;
        void releaseUnreachable();
      }
    }
    return tracked;
  };
  // Called when a variable is made, and when it has taken another tensor's data.
  tfjs.incRef = (tensor, backend) => {
    incRef.call(tfjs, tensor, backend);
    if (!(tensor instanceof Variable)) return;
    const handle = handles.get(tensor);
    if (handle === undefined) watch(tensor, tensor.name);
    else handle.dataId = tensor.dataId;
  };
  // A variable that takes other data gives up its old data here: it stays watched.
  tfjs.disposeTensor = (tensor) => {
    disposeTensor.call(tfjs, tensor);
    if (tensor instanceof Tensor && !(tensor instanceof Variable)) forget(tensor);
  };
  tfjs.disposeVariable = (variable) => {
    disposeVariable.call(tfjs, variable);
    forget(variable);
  };
  return registry;
}

/** The variables by name, like tfjs's own list, which however keeps them alive. */
function weakVariables(strong: Record<string, Variable | undefined>) {
  const references = new Map<string, WeakRef<Variable>>();
  const find = (name: string | symbol) => (typeof name === "string" ? references.get(name)?.deref() : undefined);
  const registeredVariables = new Proxy<Record<string, Variable | undefined>>(
    {},
    {
      get: (_, name) => find(name),
      has: (_, name) => find(name) !== undefined,
      set(_, name, variable: Variable) {
        references.set(name as string, new WeakRef(variable));
        return true;
      },
      deleteProperty: (_, name) => (references.delete(name as string), true),
      ownKeys: () => [...references.keys()].filter((name) => find(name) !== undefined),
      getOwnPropertyDescriptor(_, name) {
        const value = find(name);
        return value && { value, enumerable: true, configurable: true, writable: true };
      },
    },
  );
  Object.assign(registeredVariables, strong);
  const forgetCollected = (name: string) => {
    // A new variable may have its name by now.
    if (find(name) === undefined) references.delete(name);
  };
  return { registeredVariables, forgetCollected };
}

/** Collects garbage now, and waits until the native memory of unreachable tensors is freed. Takes 10 to 50 ms. */
export async function releaseUnreachable(): Promise<void> {
  clearLayerOrderCache();
  // What a weak reference was made for, or was asked for, stays until the current turn is over.
  await new Promise((resolve) => setImmediate(resolve));
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
