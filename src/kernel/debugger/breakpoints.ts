import type { Debugger as Cdp } from "node:inspector";
import type { Session } from "node:inspector/promises";
import { pathToFileURL } from "node:url";
import type { DebugProtocol } from "@vscode/debugprotocol";
import type { Place } from "../compiler/source-places";
import { CELL_PATH } from "./code-id";
import type { Script } from "./scripts";

type Wanted = DebugProtocol.SourceBreakpoint;

/** A breakpoint, and how often it was reached. */
export interface Breakpoint extends Wanted {
  readonly path: string;
  hits: number;
}

/** The breakpoints of the front end. A cell has its own in each of its runs. */
export class Breakpoints {
  private readonly wanted = new Map<string, Breakpoint[]>();
  /** V8's ids. */
  private readonly placed = new Map<string, Breakpoint>();

  /** V8's ids of the stops at the beginning of files, by path. */
  private readonly entries = new Map<string, string>();

  private replacing: Promise<void> = Promise.resolve();

  constructor(private readonly inspector: Session) {}

  /** By source. */
  get all(): ReadonlyMap<string, readonly Breakpoint[]> {
    return this.wanted;
  }

  /** The one that V8 calls `id`. */
  find(id: string): Breakpoint | undefined {
    return this.placed.get(id);
  }

  /** Whether one of V8's `ids` is that of the beginning of a file. */
  isEntry(ids: readonly string[]): boolean {
    return [...this.entries.values()].some((id) => ids.includes(id));
  }

  /** Replaces the breakpoints of the source called `path`, which is that of `scripts`; one call after the other. */
  replace(path: string, wanted: readonly Wanted[], scripts: readonly Script[]): Promise<void> {
    const replaced = this.replacing.then(() => this.replaceNow(path, wanted, scripts));
    this.replacing = replaced.catch(() => {});
    return replaced;
  }

  private async replaceNow(path: string, wanted: readonly Wanted[], scripts: readonly Script[]): Promise<void> {
    for (const [id, breakpoint] of this.placed) {
      if (breakpoint.path !== path) continue;
      this.placed.delete(id);
      await this.inspector.post("Debugger.removeBreakpoint", { breakpointId: id });
    }
    const breakpoints = wanted.map((breakpoint) => ({ ...breakpoint, path, hits: 0 }));
    if (breakpoints.length === 0) this.wanted.delete(path);
    else this.wanted.set(path, breakpoints);
    if (breakpoints.length > 0 && !path.startsWith(CELL_PATH.prefix)) await this.stopAtEntry(path);
    for (const script of scripts) if (script.path === path) await this.placeIn(script);
  }

  /**
   * Has the session stop where a file begins, whenever it's loaded, to place its breakpoints. V8 announces the scripts
   * of cells, but not those of modules.
   */
  private async stopAtEntry(path: string): Promise<void> {
    if (this.entries.has(path)) return;
    const url = pathToFileURL(path).href.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const { breakpointId } = await this.inspector.post("Debugger.setBreakpointByUrl", {
      urlRegex: `^${url}(\\?.*)?$`,
      lineNumber: 0,
      columnNumber: 0,
    });
    this.entries.set(path, breakpointId);
  }

  /**
   * Places the breakpoints of a script that is about to run, or has run.
   *
   * @returns V8's ids of those that it has placed, with their places
   */
  async placeIn(script: Script): Promise<ReadonlyMap<string, Cdp.Location>> {
    const placed = new Map<string, Cdp.Location>();
    const breakpoints = this.wanted.get(script.path) ?? [];
    if (breakpoints.length === 0) return placed;
    const { locations } = await this.inspector.post("Debugger.getPossibleBreakpoints", {
      start: { scriptId: script.id, lineNumber: 0, columnNumber: 0 },
    });
    const own = locations.filter(({ lineNumber }) => lineNumber + 1 < script.end);
    const places = own.map((location) => ({
      location,
      ...script.toSource({ line: location.lineNumber + 1, column: (location.columnNumber ?? 0) + 1 }),
    }));
    for (const breakpoint of breakpoints) {
      const place = firstFrom(places, breakpoint.line);
      if (!place) continue; // There is no code from that line on.
      try {
        const { breakpointId } = await this.inspector.post("Debugger.setBreakpoint", { location: place.location });
        this.placed.set(breakpointId, breakpoint);
        placed.set(breakpointId, place.location);
      } catch {
        // Another one on an earlier line without code is at the same place already.
      }
    }
    return placed;
  }
}

/** The first place on `line`, or on the next line that has one. */
function firstFrom<P extends Place>(places: readonly P[], line: number): P | undefined {
  let found: P | undefined;
  for (const place of places) if (place.line >= line && (!found || place.line < found.line)) found = place;
  return found;
}
