import { Session } from "node:inspector";
import promises from "node:timers/promises";

/** The part of a tfjs LayersModel that its training loop looks at. */
export interface Trainable {
  readonly isTraining?: boolean;
  stopTraining: boolean;
}

/** Node's own, taken before timers are bound to cells. */
const sleep = promises.setTimeout;
const FOUND = Symbol.for("typescript-kernel.found");
/** Milliseconds between two looks whether a training has ended. */
const LOOK = 10;

/**
 * Asks every tfjs model in training to stop at its batch, wherever the user's code keeps it, and returns these models.
 * The engine itself is asked for the models: nothing of tfjs is patched, and only an interrupt costs anything.
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

/** Settles when none of `models` trains any more, or after `longest` milliseconds. */
export async function trainingEnds(models: readonly Trainable[], longest: number): Promise<void> {
  for (const end = Date.now() + longest; models.some((model) => model.isTraining) && Date.now() < end;)
    await sleep(LOOK);
}

/** Every object on the heap that inherits from `prototype`. */
function instancesOf(prototype: object): unknown[] {
  const exchange = globalThis as { [FOUND]?: unknown };
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
