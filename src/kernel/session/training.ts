import { Session } from "node:inspector";
import promises from "node:timers/promises";
import { cells } from "./realm";

/** The part of a tfjs LayersModel that its training loop reads. */
export interface Trainable {
  readonly isTraining?: boolean;
  stopTraining: boolean;
}

/** Node's own, taken before timers are bound to cells. */
const sleep = promises.setTimeout;
const FOUND = Symbol.for("typescript-kernel.found");
/** How often to check whether a training has ended. */
const POLL_MS = 10;

/**
 * Asks every tfjs model in training to stop after its current batch, wherever the user's code keeps it, and returns
 * these models. It finds them on V8's heap, so nothing of tfjs is patched and only an interrupt costs time.
 */
export function stopTraining(): Trainable[] {
  const models = Object.entries(require.cache)
    .filter(([file]) => /[\\/]@tensorflow[\\/]tfjs-layers[\\/]dist[\\/]tf-layers/.test(file))
    .map(([, module]) => (module?.exports as { LayersModel?: { prototype: object } }).LayersModel)
    .flatMap((layersModel) => (layersModel ? instancesOf(layersModel.prototype) : [])) as Trainable[];
  const training = models.filter((model) => model.isTraining === true);
  for (const model of training) model.stopTraining = true;
  return training;
}

/** Resolves when none of `models` is training any more, or after `maxMs` milliseconds. */
export async function trainingEnds(models: readonly Trainable[], maxMs: number): Promise<void> {
  for (const end = Date.now() + maxMs; models.some((model) => model.isTraining) && Date.now() < end;)
    await sleep(POLL_MS);
}

/** Every object on the heap that inherits from `prototype`. */
function instancesOf(prototype: object): unknown[] {
  const exchange = cells as { [FOUND]?: unknown };
  const session = new Session();
  session.connect();
  try {
    exchange[FOUND] = prototype;
    const expression = `globalThis[Symbol.for(${JSON.stringify(Symbol.keyFor(FOUND))})]`;
    session.post("Runtime.evaluate", { expression }, (_error, evaluated) => {
      const prototypeObjectId = evaluated?.result.objectId;
      if (prototypeObjectId === undefined) return;
      session.post("Runtime.queryObjects", { prototypeObjectId }, (_failure, found) => {
        const objectId = found?.objects.objectId;
        const functionDeclaration = `function () { ${expression} = this; }`;
        session.post("Runtime.callFunctionOn", { objectId, functionDeclaration });
      });
    });
    return Array.isArray(exchange[FOUND]) ? exchange[FOUND] : [];
  } finally {
    delete exchange[FOUND];
    session.disconnect();
  }
}
