import fs from "node:fs";
import { findSourceMap, type SourceMap } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { bold, cyan, dim, excerpt, red } from "../../shared/excerpt";
import type { ErrorContent } from "../compiler/diagnostics";
import { lookUp, parseSourceMaps, toCellPlace, type Place } from "../compiler/source-places";
import { CellError } from "./realm";

/** Cells whose source is kept, for errors in functions that they declared. */
const KEPT_CELLS = 1000;
/** Causes that are followed. */
const LONGEST_CHAIN = 8;

/** Frames that V8 records, so that the user's own line is among them however deep a library throws. */
const MAX_FRAMES = 100;
/** Frames in a row of one package that are shown. */
const MAX_LIBRARY_FRAMES = 3;
/** How much of an error's own properties is shown. */
const PROPERTIES = { depth: 1, maxArrayLength: 10, maxStringLength: 200, breakLength: 100 };
const MAX_PROPERTIES = 20;
/** What is shown of an error anyway. */
const SHOWN_ANYWAY = new Set(["stack", "message", "name", "cause", "errors"]);

interface CellSource {
  readonly code: string;
  /** What the emitted JavaScript calls the object that holds the cells' variables. */
  readonly scope: string | undefined;
  readonly sourceMaps: readonly string[];
  /** The maps, parsed when the first error in the cell asks for them. */
  parsed?: readonly SourceMap[];
}

/** A frame of a stack trace: a function's name and, where it is known, the place in the source. */
interface Frame {
  /** The frame as V8 writes it, if it names no place. */
  readonly raw: string;
  readonly name?: string;
  readonly file?: string;
  readonly line: number;
  readonly column: number;
}

/** Where cells awaited what failed; V8's own stacks end at a promise that is not awaited directly. */
const awaitedAt = new WeakMap<object, { stack?: string }[]>();

/** The place from which `caller` was called, cheap until it is read. */
export function placeOf(caller: (...parameters: never[]) => unknown): { stack?: string } {
  const place: { stack?: string } = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(place, caller);
  Error.stackTraceLimit = stackTraceLimit;
  return place;
}

/** Notes that an await at `place` failed with `reason`. */
export function noteAwait(reason: unknown, place: { stack?: string }): void {
  if (!(reason instanceof Error)) return;
  const places = awaitedAt.get(reason);
  if (places) places.push(place);
  else awaitedAt.set(reason, [place]);
}

/** Describes errors by the places in the TypeScript that the reader wrote. */
export class Errors {
  private readonly cells = new Map<string, CellSource>();
  /** Errors whose stack names places in the source already. */
  private readonly mapped = new WeakSet<object>();
  /** Whether frames of the kernel and of Node are shown as well. */
  showInternals = false;

  /** From now on, the `stack` of a cell's errors names the places in the source and no frames of the kernel. */
  install(): void {
    CellError.stackTraceLimit = MAX_FRAMES;
    CellError.prepareStackTrace = (error, sites) => this.stack(error, sites);
  }

  /** Remembers the source of the cell whose script is called `label`, and the JavaScript that it became. */
  remember(label: string, code: string, javaScript: string, sourceMaps: readonly string[]): void {
    const scope = /^\((?:async )?function \((\w+)/.exec(javaScript)?.[1];
    this.cells.delete(label);
    this.cells.set(label, { code, scope, sourceMaps });
    while (this.cells.size > KEPT_CELLS) this.cells.delete(this.cells.keys().next().value as string);
  }

  /**
   * The error as the protocol has it.
   * @param origin said before the error's name where it did not come from the running cell
   */
  describe(error: unknown, origin = ""): ErrorContent {
    const { name, message } = this.identify(error);
    const traceback = this.traceback(error, origin);
    for (
      let cause = causeOf(error), depth = 0;
      cause !== undefined && depth < LONGEST_CHAIN;
      cause = causeOf(cause), depth++
    ) {
      traceback.push("", dim("caused by"), ...this.traceback(cause, ""));
    }
    return { ename: name, evalue: origin + message, traceback };
  }

  private traceback(error: unknown, origin: string, seen = new Set<unknown>()): string[] {
    const { name, message } = this.identify(error);
    const lines = [`${origin}${red(bold(name))}: ${message}`];
    if (seen.has(error)) return [`${lines[0]} (see above)`];
    seen.add(error);
    const folded = fold(this.frames(error));
    const readable = folded.filter(({ frame }) => frame?.file !== undefined && this.source(frame.file) !== undefined);
    // The reader's own line, rather than one of the package that found a mistake there.
    const told = readable.find(({ frame }) => this.cells.has(frame!.file!) || isOwn(frame!.file!)) ?? readable[0];
    for (const line of folded) {
      lines.push(`    ${line.text}`);
      if (line !== told) continue;
      const { file = "", line: row, column } = line.frame!;
      lines.push("", ...excerpt(this.source(file)!, row, column), "");
    }
    while (lines.at(-1) === "") lines.pop();
    lines.push(...ownProperties(error));
    if (error instanceof AggregateError) {
      for (const part of error.errors as unknown[])
        lines.push("", ...this.traceback(part, "", seen).map((line) => `  ${line}`));
    }
    return lines;
  }

  private identify(error: unknown): { name: string; message: string } {
    const { name, message } = identify(error);
    return { name, message: name === "TypeError" ? this.inSource(message, this.frames(error)[0]) : message };
  }

  /** V8 quotes the JavaScript that runs: `(0 , cells.f) is not a function` is about the cell's `f`. */
  private inSource(message: string, frame: Frame | undefined): string {
    const scope = this.cells.get(frame?.file ?? "")?.scope;
    if (scope === undefined) return message;
    return message
      .replace(new RegExp(`\\(0 , ${scope}\\.([\\w$]+)\\)`, "gu"), "$1")
      .replace(new RegExp(`(?<![\\w$.])${scope}\\.(?=[\\w$])`, "gu"), "");
  }

  private frames(error: unknown): Frame[] {
    if (!(error instanceof Error) || typeof error.stack !== "string") return [];
    const framesOf = (holder: { stack?: string }, prefix = ""): Frame[] => {
      const { stack = "" } = holder; // Read first: that is when it is made.
      return parseStack(stack).map((text) => this.frame(prefix + text, !this.mapped.has(holder)));
    };
    const awaits = (awaitedAt.get(error) ?? []).flatMap((place) => framesOf(place, "async "));
    const frames = [...framesOf(error), ...awaits].filter((frame) => this.showInternals || !isInternal(frame));
    const seen = new Set<string>();
    const isNew = (text: string): boolean => !seen.has(text) && seen.add(text) !== undefined;
    return frames.filter((frame) => !/^async\b/.test(frame.raw) || isNew(textOf(frame)));
  }

  /** What `stack` of an error is, from the frames that V8 has recorded. */
  private stack(error: Error, sites: readonly NodeJS.CallSite[]): string {
    let head: string;
    try {
      head = String(Reflect.apply(Error.prototype.toString, error, []));
    } catch {
      head = "Error"; // Its name or message can't be read.
    }
    try {
      const frames = sites.map((site) => this.frame(asText(site), true));
      const shown = frames.filter((frame) => this.showInternals || !isInternal(frame));
      this.mapped.add(error);
      if (head.startsWith("TypeError: ")) head = this.inSource(head, shown[0]);
      return [head, ...shown.map((frame) => `    at ${textOf(frame, (file) => file)}`)].join("\n");
    } catch {
      return [head, ...sites.map((site) => `    at ${asText(site)}`)].join("\n");
    }
  }

  /**
   * A frame as V8 writes it, such as `f (file:1:2)`.
   * @param raw whether the place is in the JavaScript that runs
   */
  private frame(text: string, raw: boolean): Frame {
    const parts = /^(?:async (?!.*\())?(?:(.*?) \()?(.*?):(\d+):(\d+)\)?$/.exec(text);
    if (!parts) return { raw: text, line: 0, column: 0 };
    const [, name, rawFile, rawLine, rawColumn] = parts;
    const place = { line: Number(rawLine), column: Number(rawColumn) };
    const file = rawFile.startsWith("file://") ? fileURLToPath(rawFile) : rawFile;
    if (!raw) return { raw: text, name, file, ...place };
    const cell = this.cells.get(file);
    return { raw: text, name, file, ...(cell ? toSource(cell, place) : toFileSource(file, place)) };
  }

  /** The source whose line is worth showing: a cell, or a file of the project. */
  private source(file: string): string | undefined {
    const cell = this.cells.get(file);
    if (cell) return cell.code;
    if (!path.isAbsolute(file) || file.includes(`${path.sep}node_modules${path.sep}`)) return undefined;
    try {
      return fs.readFileSync(file, "utf8");
    } catch {
      return undefined; // Code that was never in a file.
    }
  }
}

/** A frame as V8 writes it. */
const asText = (site: { toString(): string }): string => site.toString();

const parseStack = (stack: string): string[] =>
  stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim().slice("at ".length));

/** A frame as it is printed, its file relative to the notebook's folder. */
function textOf({ raw, name, file, line, column }: Frame, nameFile = relative): string {
  if (file === undefined) return raw;
  const place = `${nameFile(file)}:${line}:${column}`;
  return name ? `${name} (${place})` : /^async /.test(raw) ? `async ${place}` : place;
}

function relative(file: string): string {
  return path.isAbsolute(file) ? path.relative(process.cwd(), file) : file;
}

/** The frames as lines: those of a package in a row are counted past some number, and so are repetitions. */
function fold(frames: readonly Frame[]): { frame?: Frame; text: string }[] {
  const lines: { frame?: Frame; text: string }[] = [];
  for (let index = 0; index < frames.length;) {
    const frame = frames[index];
    const owner = packageOf(frame.file);
    const text = coloured(frame);
    let next = index + 1;
    while (next < frames.length && (owner ? packageOf(frames[next].file) === owner : coloured(frames[next]) === text))
      next++;
    const shown = owner ? Math.min(next - index, MAX_LIBRARY_FRAMES) : 1;
    for (const each of frames.slice(index, index + shown)) lines.push({ frame: each, text: `at ${coloured(each)}` });
    const hidden = next - index - shown;
    const where = owner ? `in ${owner}` : "like this";
    if (hidden > 0) lines.push({ text: dim(`… ${hidden} more ${hidden === 1 ? "frame" : "frames"} ${where}`) });
    index = next;
  }
  return lines;
}

function coloured(frame: Frame): string {
  return textOf(frame).replace(/[^\s(]+:\d+:\d+(?=\)?$)|In \[[\d ]*\]:\d+:\d+/, cyan);
}

/** The package that a file belongs to, if it is installed. */
function packageOf(file: string | undefined): string | undefined {
  return /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file ?? "")?.[1];
}

/** Whether a frame is the kernel's, tslab's, the TypeScript loader's or Node's. */
function isInternal({ file }: Frame): boolean {
  if (file === undefined) return false;
  return (
    file.startsWith("node:") ||
    file.startsWith(__dirname) ||
    /[\\/]node_modules[\\/](tslab|@tslab|tsx|esbuild)[\\/]/.test(file)
  );
}

/** Whether a file is beside the notebook or below it, and so the reader's own. */
function isOwn(file: string): boolean {
  return !path.relative(process.cwd(), file).startsWith("..");
}

/** The place in a cell's TypeScript of a place in the JavaScript that runs. */
function toSource(cell: CellSource, place: Place): Place {
  cell.parsed ??= parseSourceMaps(cell.sourceMaps);
  return toCellPlace(cell.parsed, place);
}

/** The place in a file's source, where Node knows it: TypeScript that was compiled when it was loaded. */
function toFileSource(file: string, place: Place): Place {
  const map = path.isAbsolute(file) ? findSourceMap(file) : undefined;
  return map ? lookUp(place, map) : place;
}

/** What an error says of itself beside its message, such as `code` and `path`. */
function ownProperties(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const shown = Object.entries(Object.getOwnPropertyDescriptors(error))
    .filter(([name, { enumerable, get }]) => enumerable === true && !get && !SHOWN_ANYWAY.has(name))
    .slice(0, MAX_PROPERTIES);
  const lines = shown.map(([name, { value }]) => `  ${name}: ${inspect(value, PROPERTIES).replace(/\n/g, "\n  ")}`);
  return lines.length === 0 ? [] : ["", ...lines.flatMap((line) => line.split("\n"))];
}

/** Name and message of anything that can be thrown. */
function identify(error: unknown): { name: string; message: string } {
  if (!(error instanceof Error)) return { name: "Thrown value", message: inspect(error) };
  // A subclass that gives itself no name is known by its class; Node's own are not, they have codes.
  const isUnnamed = error.name === "Error" && !/^ERR_/.test(String((error as { code?: unknown }).code));
  const className = isUnnamed ? error.constructor.name : "";
  return { name: className || error.name || error.constructor.name, message: error.message };
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
