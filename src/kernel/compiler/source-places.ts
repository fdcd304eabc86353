import { SourceMap, type SourceMapPayload } from "node:module";
import { PREFIX_LINES } from "./cells";

/** A place in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Source maps, parsed. */
export const parseSourceMaps = (maps: readonly string[]): SourceMap[] =>
  maps.map((map) => new SourceMap(JSON.parse(map) as SourceMapPayload));

/**
 * The place in a cell's TypeScript of a place in the JavaScript that runs.
 *
 * @param maps those of its conversion
 */
export function toCellPlace(maps: readonly SourceMap[], place: Place): Place {
  const { line, column } = maps.reduce(lookUp, place);
  return { line: line - PREFIX_LINES, column };
}

/** The place in the source of a place in what was made of it. */
export function lookUp(place: Place, map: SourceMap): Place {
  const entry = map.findEntry(place.line - 1, place.column - 1);
  return "originalLine" in entry ? { line: entry.originalLine + 1, column: entry.originalColumn + 1 } : place;
}
