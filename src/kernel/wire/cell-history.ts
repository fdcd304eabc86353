import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeAtomically } from "../../shared/atomic-write";
import { log, messageOf } from "../log";
import type { Content } from "../protocol";
import { matchesGlob } from "./glob";
import { stringField } from "./request-fields";

interface Entry {
  readonly session: number;
  readonly line: number;
  readonly input: string;
  output?: string;
}

/** Entries that the file keeps; older ones are dropped when a session starts. */
const MAX_ENTRIES = 10_000;
/** How much of the end of the file is read. */
const MAX_READ_BYTES = 64 << 20;
const MAX_PATTERN_LENGTH = 10_000;

/** Where the history is kept: next to Jupyter's own data. */
export function historyFile(): string {
  const data = process.env.JUPYTER_DATA_DIR ?? path.join(os.homedir(), ".local", "share", "jupyter");
  return path.join(data, "typescript-kernel", "history.jsonl");
}

/**
 * The cells that ran in this session and in earlier ones, kept as JSON lines in one file that all kernels share. If the
 * file can't be read or written, the history covers this session only, and the log says so once.
 */
export class CellHistory {
  private entries: Entry[] = [];
  private session = 1;
  private warned = false;

  /** @param locate returns the file; an error that it throws means that there is none */
  constructor(private readonly locate: () => string) {
    this.attempt((file) => this.load(file));
  }

  /** Records that `input` runs as cell `line`. Call the function that is returned with the text of its result. */
  add(line: number, input: string): (output: string | undefined) => void {
    const entry: Entry = { session: this.session, line, input };
    this.entries.push(entry);
    if (this.entries.length > 2 * MAX_ENTRIES) this.entries.splice(0, MAX_ENTRIES);
    return (output) => {
      entry.output = output;
      this.attempt((file) => {
        makeFolder(path.dirname(file));
        fs.appendFileSync(file, `${JSON.stringify(entry)}\n`, { mode: 0o600 });
      });
    };
  }

  /** The entries that a `history_request` asks for. */
  answer(request: Content): Content {
    const { hist_access_type: access, output = false, unique = false } = request;
    let found: Entry[];
    if (access === "range") {
      const asked = Number(request.session ?? 0);
      const session = asked > 0 ? asked : this.session + asked;
      const start = Number(request.start ?? 1);
      const stop = typeof request.stop === "number" ? request.stop : Infinity;
      found = this.entries.filter((entry) => entry.session === session && entry.line >= start && entry.line < stop);
    } else if (access === "search") {
      const pattern = request.pattern == null ? "*" : stringField(request, "pattern");
      if (pattern.length > MAX_PATTERN_LENGTH) {
        throw new Error(`"pattern": expected at most ${MAX_PATTERN_LENGTH} characters, found ${pattern.length}.`);
      }
      found = this.entries.filter((entry) => matchesGlob(entry.input, pattern));
    } else if (access === "tail") {
      found = this.entries;
    } else {
      throw new Error(`"hist_access_type": expected "tail", "range" or "search", found ${JSON.stringify(access)}.`);
    }
    if (unique) {
      const last = new Map(found.map((entry) => [entry.input, entry]));
      found = found.filter((entry) => last.get(entry.input) === entry);
    }
    if (access !== "range" && typeof request.n === "number") found = request.n > 0 ? found.slice(-request.n) : [];
    return {
      status: "ok",
      history: found.map((entry) => [
        entry.session,
        entry.line,
        output ? [entry.input, entry.output ?? null] : entry.input,
      ]),
    };
  }

  private load(file: string): void {
    const { entries, complete } = read(file);
    this.entries = entries.slice(-MAX_ENTRIES);
    this.session = (this.entries.at(-1)?.session ?? 0) + 1;
    if (!complete || entries.length > 2 * MAX_ENTRIES) {
      const text = this.entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
      writeAtomically(file, text, { mode: 0o600 });
    }
  }

  private attempt(action: (file: string) => void): void {
    try {
      action(this.locate());
    } catch (error) {
      if (!this.warned) log(`The history of earlier sessions isn't available: ${messageOf(error)}`);
      this.warned = true;
    }
  }
}

/** Creates a folder and its parents. With `recursive`, `mkdirSync` never returns if the folder is below /proc. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  fs.mkdirSync(folder);
}

/** The entries at the end of a file, and whether these are all. */
function read(file: string): { entries: Entry[]; complete: boolean } {
  if (!fs.existsSync(file)) return { entries: [], complete: true };
  const descriptor = fs.openSync(file, "r");
  try {
    const { size } = fs.fstatSync(descriptor);
    const buffer = Buffer.alloc(Math.min(size, MAX_READ_BYTES));
    fs.readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    return { entries: buffer.toString("utf8").split("\n").flatMap(parseEntry), complete: buffer.length === size };
  } finally {
    fs.closeSync(descriptor);
  }
}

function parseEntry(line: string): Entry[] {
  try {
    const entry = JSON.parse(line) as Entry;
    const { session, line: number, input } = entry;
    return typeof session === "number" && typeof number === "number" && typeof input === "string" ? [entry] : [];
  } catch {
    return []; // The empty last line, one that a killed kernel left unfinished, or a first one that was cut.
  }
}
