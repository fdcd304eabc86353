import { sharedAcrossReloads } from "../../shared/shared-across-reloads";

/** The seed of everything that has none of its own; `undefined` until `setRandomSeed` is called. */
const state = sharedAcrossReloads("random-seed", (): { seed: number | undefined; drawn: number } => ({
  seed: undefined,
  drawn: 0,
}));

/** From now on, {@link nextSeed} gives the same seeds again. */
export function restartSeeds(seed: number): void {
  state.seed = seed;
  state.drawn = 0;
}

/** A seed for something that has none of its own; `undefined` if chance may decide. */
export function nextSeed(): string | undefined {
  return state.seed === undefined ? undefined : `${state.seed}/${state.drawn++}`;
}
