import fs from "node:fs";
import path from "node:path";
import { RUNS_FILE } from "../../shared/paths";
import type { RunRecord } from "./run-record";

/*
 * The file of runs is a log: a line is added, never changed. A line is either a run or a change to earlier ones. It's
 * written by a single write() at the end of the file, which the system doesn't mix with those of other processes, so
 * several kernels can record at once without waiting for each other.
 */

/** A change to runs that have been recorded. */
export interface RunChange {
  /** The runs' ids. */
  readonly change: readonly string[];
  readonly name?: string;
  readonly tags?: readonly string[];
  readonly deleted?: true;
}

/** Where runs are recorded: `RUNS_FILE` of the environment, or `runs/runs.jsonl` in the checkout. */
export function runsFile(): string {
  return process.env.RUNS_FILE?.trim() || RUNS_FILE;
}

/**
 * Adds a line.
 * @throws Error if it can't be written; what was there before stays whole
 */
export function append(line: RunRecord | RunChange): void {
  const file = runsFile();
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const descriptor = fs.openSync(file, "a+");
  try {
    const text = Buffer.from(`${endsWithNewline(descriptor) ? "" : "\n"}${JSON.stringify(line, encodeNumber)}\n`);
    const written = fs.writeSync(descriptor, text);
    if (written < text.length) throw new Error(`only ${written} of ${text.length} bytes could be written`);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Whether the last line is whole. It isn't after the disk was full, or the machine lost power. */
function endsWithNewline(descriptor: number): boolean {
  const { size } = fs.fstatSync(descriptor);
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  fs.readSync(descriptor, last, 0, 1, size - 1);
  return last[0] === 0x0a;
}

/** What the file of runs holds. */
export interface RunFileContent {
  /** In the order in which they were recorded, with all changes made. */
  readonly records: readonly RunRecord[];
  /** The numbers, from 1, of lines that can't be read. */
  readonly damagedLines: readonly number[];
}

/** Reads all runs; there are none if the file doesn't exist. A run that was recorded twice counts once. */
export function readRuns(): RunFileContent {
  const records = new Map<string, RunRecord>();
  const deleted = new Set<string>();
  const damagedLines: number[] = [];
  for (const [index, text] of readLines().entries()) {
    if (text === "") continue;
    const line = parse(text);
    if (line === undefined) damagedLines.push(index + 1);
    else if ("change" in line) {
      for (const id of line.change) {
        if (line.deleted) deleted.add(id);
        const record = records.get(id);
        if (record) records.set(id, { ...record, name: line.name ?? record.name, tags: line.tags ?? record.tags });
      }
    } else if (!records.has(line.id)) records.set(line.id, line);
  }
  return { records: [...records.values()].filter(({ id }) => !deleted.has(id)), damagedLines };
}

function readLines(): string[] {
  try {
    return fs.readFileSync(runsFile(), "utf8").split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function parse(text: string): RunRecord | RunChange | undefined {
  try {
    const line = JSON.parse(text, decodeNumber) as Partial<RunRecord & RunChange> | null;
    const isChange = Array.isArray(line?.change);
    const isRecord = typeof line?.id === "string" && typeof line.history === "object" && Array.isArray(line.tags);
    return isChange || isRecord ? (line as RunRecord | RunChange) : undefined;
  } catch {
    return undefined;
  }
}

const NOT_IN_JSON = new Map<unknown, number>([
  ["NaN", NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
]);

/** The loss of a run that diverged is NaN, for which JSON has nothing. */
function encodeNumber(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function decodeNumber(_key: string, value: unknown): unknown {
  return NOT_IN_JSON.get(value) ?? value;
}
