import fs from "node:fs";
import type { Debugger as Cdp } from "node:inspector";
import type { Session } from "node:inspector/promises";
import type { SourceMap } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CompilerFunctions } from "../compiler/compiler";
import { lookUp, parseSourceMaps, toCellPlace, type Place } from "../compiler/source-places";
import type { RpcClient } from "../rpc";
import { cellPath } from "./code-id";

/** A script of the reader's own: a cell, or a file that a cell has loaded. */
export interface Script {
  readonly id: string;
  /** What a stack trace calls it. */
  readonly name: string;
  /** Of its source; a cell's is that of code-id.ts. */
  readonly path: string;
  readonly code: string;
  readonly isCell: boolean;
  /** The first line of the JavaScript, from 1, behind what the reader wrote: a cell then returns its value. */
  readonly end: number;
  /** The place in the source of a place in the JavaScript. */
  toSource(place: Place): Place;
}

/** Scripts that V8 knows, and how their JavaScript belongs to what the reader wrote. */
export class Scripts {
  private readonly urls = new Map<string, { url: string; sourceMap: string; endLine: number }>();
  private readonly known = new Map<string, Promise<Script | undefined>>();
  /** Texts of cells whose names a front end has asked for. */
  private readonly dumped = new Map<string, string>();

  constructor(private readonly compiler: RpcClient<CompilerFunctions>) {}

  /** Forgets the scripts: V8 names them anew. */
  restart(): void {
    this.urls.clear();
    this.known.clear();
  }

  /** Takes in a script that V8 has compiled. */
  add({ scriptId, url, sourceMapURL = "", endLine }: Cdp.ScriptParsedEventDataType): void {
    if (isOwn(url)) this.urls.set(scriptId, { url, sourceMap: sourceMapURL, endLine });
  }

  /** Keeps the text of a cell; returns its name. */
  dump(code: string): string {
    const name = cellPath(code);
    this.dumped.set(name, code);
    return name;
  }

  /** The script, if it's the reader's own. */
  find(id: string): Promise<Script | undefined> {
    let script = this.known.get(id);
    if (!script) {
      script = this.read(id);
      this.known.set(id, script);
    }
    return script;
  }

  /** All scripts of the reader's own. */
  async all(): Promise<Script[]> {
    const scripts = await Promise.all([...this.urls.keys()].map((id) => this.find(id)));
    return scripts.filter((script) => script !== undefined);
  }

  /** Those whose code can still run; V8 doesn't say when it has dropped a script. */
  async living(inspector: Session): Promise<Script[]> {
    const scripts = await this.all();
    const alive = await Promise.all(
      scripts.map(({ id }) =>
        inspector.post("Debugger.getScriptSource", { scriptId: id }).then(
          () => true,
          () => false,
        ),
      ),
    );
    scripts.forEach(({ id }, index) => alive[index] || this.urls.delete(id));
    return scripts.filter((_, index) => alive[index]);
  }

  /** The text of a source. */
  async source(name: string): Promise<string | undefined> {
    const dumped = this.dumped.get(name);
    if (dumped !== undefined) return dumped;
    return (await this.all()).find((script) => script.path === name)?.code;
  }

  private async read(id: string): Promise<Script | undefined> {
    const script = this.urls.get(id);
    if (!script) return undefined;
    const { url, sourceMap, endLine } = script;
    if (isCell(url)) {
      const source = await this.compiler.sourceOf(url);
      if (!source) return undefined;
      const maps = parseSourceMaps(source.sourceMaps);
      const toSource = (place: Place): Place => toCellPlace(maps, place);
      return { id, name: url, path: this.dump(source.code), code: source.code, isCell: true, end: endLine, toSource };
    }
    const file = fileURLToPath(url);
    const map = mapIn(sourceMap);
    const code = read(file);
    const toSource = (place: Place): Place => (map ? toFilePlace(map, code.split("\n"), place) : place);
    return { id, name: path.basename(file), path: file, code, isCell: false, end: Infinity, toSource };
  }
}

/** The source map that a loader has put behind the JavaScript. */
function mapIn(url: string): SourceMap | undefined {
  const data = /^data:application\/json[^,]*;base64,(.*)$/.exec(url)?.[1];
  return data === undefined ? undefined : parseSourceMaps([Buffer.from(data, "base64").toString()])[0];
}

/**
 * The place in a file's source. V8 stops behind a `return`. The loader leaves out semicolons, so that is at the brace
 * that ends the function; the line with the `return` is meant.
 */
function toFilePlace(map: SourceMap, lines: readonly string[], { line, column }: Place): Place {
  const place = lookUp({ line, column }, map);
  const before = lookUp({ line, column: column - 1 }, map);
  const text = (line: number): string => lines[line - 1] ?? "";
  const isBehindReturn = /^\s*\}/.test(text(place.line)) && /\breturn\b/.test(text(before.line));
  return isBehindReturn ? before : place;
}

/** The kernel's own bundles, which a kernel without a cache has elsewhere. */
export const KERNEL = pathToFileURL(__dirname).href;

/** The scripts that start the kernel in a checkout; those of the package are below node_modules. */
const STARTERS = /\/src\/kernel\/(main|bundle|run-bundles)\.cjs$/;

const isCell = (url: string): boolean => /^In \[\d+\]$/.test(url);

/** Whether the reader wrote it: a cell, or a file that isn't a package's and not the kernel's. */
function isOwn(url: string): boolean {
  if (isCell(url)) return true;
  return url.startsWith("file:") && !url.includes("/node_modules/") && !url.startsWith(KERNEL) && !STARTERS.test(url);
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return ""; // It was removed after it was loaded.
  }
}
