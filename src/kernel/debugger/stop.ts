import type { Debugger as Cdp } from "node:inspector";
import type { Place } from "../compiler/source-places";
import type { Script } from "./scripts";

/** A function that a stopped cell is in. */
export interface Frame {
  readonly call: Cdp.CallFrame;
  readonly script: Script;
  readonly place: Place;
}

/** Where the session stands still. */
export interface Stop {
  /** The reader's own, the innermost first. */
  readonly frames: readonly Frame[];
  /** What the front end can open, by its reference: a scope, and where its variables are. */
  readonly scopes: Map<number, { readonly frame: Frame; readonly locals: readonly LocalScope[] }>;
}

/** A scope of V8's that is part of one that the front end sees. */
export interface LocalScope {
  readonly number: number;
  readonly objectId: string;
}

/** Whether two stops are at the same place, so that a step between them would show nothing. */
export function isSamePlace(stop: Stop, earlier: Stop | undefined): boolean {
  const [a, b] = [stop.frames.at(0), earlier?.frames.at(0)];
  if (!a || !b) return false;
  return (
    stop.frames.length === earlier?.frames.length &&
    a.script.path === b.script.path &&
    a.place.line === b.place.line &&
    a.place.column === b.place.column
  );
}
