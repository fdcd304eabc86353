import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Content } from "../protocol";

interface Entry {
  readonly session: number;
  readonly line: number;
  readonly input: string;
  output?: string;
}

/** Entries that the file keeps; older ones are dropped when a session starts. */
const MAX_ENTRIES = 10_000;

/** Where the history is kept: next to Jupyter's own data. */
export function historyFile(): string {
  const data = process.env.JUPYTER_DATA_DIR ?? path.join(os.homedir(), ".local", "share", "jupyter");
  return path.join(data, "typescript-kernel", "history.jsonl");
}

/** The cells that ran in this session and in earlier ones, kept as JSON lines in one file that all kernels share. */
export class CellHistory {
  private readonly entries: Entry[];
  private readonly session: number;

  constructor(private readonly file: string) {
    const stored = read(file);
    this.entries = stored.slice(-MAX_ENTRIES);
    this.session = (this.entries.at(-1)?.session ?? 0) + 1;
    if (stored.length > 2 * MAX_ENTRIES) {
      const unfinished = `${file}.${process.pid}.tmp`;
      fs.writeFileSync(unfinished, this.entries.map((entry) => JSON.stringify(entry) + "\n").join(""), { mode: 0o600 });
      fs.renameSync(unfinished, file);
    }
  }

  /** Records that `input` runs as cell `line`. Call the function that is returned with the text of its result. */
  add(line: number, input: string): (output: string | undefined) => void {
    const entry: Entry = { session: this.session, line, input };
    this.entries.push(entry);
    if (this.entries.length > 2 * MAX_ENTRIES) this.entries.splice(0, MAX_ENTRIES);
    return (output) => {
      entry.output = output;
      try {
        fs.mkdirSync(path.dirname(this.file), { recursive: true });
        fs.appendFileSync(this.file, JSON.stringify(entry) + "\n", { mode: 0o600 });
      } catch {
        // Where the folder can't be written, later sessions don't see the cell; the cell itself runs.
      }
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
      const pattern = glob(String(request.pattern ?? "*"));
      found = this.entries.filter((entry) => pattern.test(entry.input));
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
}

function read(file: string): Entry[] {
  if (!fs.existsSync(file)) return [];
  const entries: Entry[] = [];
  for (const line of fs.readFileSync(file, "utf8").split("\n")) {
    try {
      const entry = JSON.parse(line) as Entry;
      if (typeof entry.session === "number" && typeof entry.line === "number" && typeof entry.input === "string")
        entries.push(entry);
    } catch {
      // The empty last line, or one that a killed kernel left unfinished.
    }
  }
  return entries;
}

/** The regular expression of a glob, as IPython's history search reads it: `*` and `?`, over the whole input. */
function glob(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s");
}
