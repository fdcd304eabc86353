import { StringDecoder } from "node:string_decoder";
import { toUSVString } from "node:util";
import type { ErrorContent } from "../compiler/diagnostics";
import { writeToLog } from "../log";
import {
  MAX_BACKLOG,
  MAX_STREAM_TEXT,
  OUTPUT_BACKLOG,
  outputLength,
  type Content,
  type Shared,
  type ToWire,
} from "../protocol";
import { currentCell, type Cell } from "./cell";
import { CellTypeError } from "./realm";
import type { MimeBundle } from "./results";
import { serialize } from "./serialize";

/** A wait can't be interrupted, but the code between two waits can. */
const WAIT_SLICE_MS = 20;

/** Sends what cells output to the front end. */
export class Output {
  constructor(
    private readonly postToWire: (message: ToWire) => void,
    private readonly shared: Shared,
  ) {}

  /**
   * From now on, text written to stdout and stderr belongs to the cell that writes it.
   * @param log the descriptor for text that no cell writes; by default it goes where it went before
   */
  capture(log?: number): void {
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new StringDecoder("utf8");
      const toStream = process[name].write.bind(process[name]) as (...parameters: unknown[]) => boolean;
      const write = (chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
        const text =
          typeof chunk !== "string"
            ? decoder.write(Buffer.from(chunk))
            : typeof encoding === "string" && !/^utf-?8$/i.test(encoding)
              ? Buffer.from(chunk, encoding as BufferEncoding).toString("utf8")
              : chunk;
        const cell = currentCell();
        if (!cell && log === undefined) return toStream(chunk, encoding, callback);
        if (!cell) writeToLog(log as number, text);
        else if (!isSilenced(cell)) this.stream(cell, name, text);
        const done = typeof encoding === "function" ? encoding : callback;
        if (typeof done === "function") process.nextTick(done as () => void);
        return true;
      };
      process[name].write = write as typeof process.stdout.write;
    }
  }

  /** Shows `bundle` below the current cell, or replaces the display with the given `id`. */
  display(bundle: MimeBundle, metadata: Content = {}, id?: string, update = false): void {
    const transient = id === undefined ? {} : { display_id: id };
    this.publish(update ? "update_display_data" : "display_data", { data: bundle, metadata, transient });
  }

  /** Clears the current cell's output: now, or with `wait` when the next output arrives. */
  clear(wait: boolean): void {
    this.publish("clear_output", { wait });
  }

  /**
   * Sends an iopub message that belongs to `cell`.
   * @throws TypeError or RangeError if a value can't be sent
   */
  publish(type: string, content: Content, cell = currentCell(), metadata?: Content, buffers?: Uint8Array[]): void {
    if (!cell || isSilenced(cell)) return;
    for (const buffer of buffers ?? []) {
      if (!ArrayBuffer.isView(buffer))
        throw new CellTypeError(`${type}: buffers: expected typed arrays, found ${buffer}.`);
    }
    this.waitForRoom();
    this.post({
      kind: "publish",
      request: cell.request,
      type,
      content: serialize(content, type),
      metadata: metadata && serialize(metadata, `${type}: metadata`),
      buffers,
    });
  }

  /** Sends the error that ends `cell`. It doesn't wait for room: the cell's reply follows it. */
  publishFinalError(error: ErrorContent, cell: Cell): void {
    if (isSilenced(cell)) return;
    this.post({ kind: "publish", request: cell.request, type: "error", content: serialize({ ...error }, "error") });
  }

  private stream(cell: Cell, name: "stdout" | "stderr", text: string): void {
    for (let start = 0; start < text.length;) {
      const end = endOfPiece(text, start);
      // The front end couldn't save half a surrogate pair.
      const piece = toUSVString(text.slice(start, end));
      this.waitForRoom();
      this.post({ kind: "stream", request: cell.request, name, text: piece });
      start = end;
    }
  }

  /** A cell that outputs faster than the clients read waits here. */
  private waitForRoom(): void {
    for (;;) {
      const backlog = Atomics.load(this.shared, OUTPUT_BACKLOG);
      if (backlog < MAX_BACKLOG) break;
      Atomics.wait(this.shared, OUTPUT_BACKLOG, backlog, WAIT_SLICE_MS);
    }
  }

  private post(message: Extract<ToWire, { kind: "stream" | "publish" }>): void {
    this.postToWire(message);
    Atomics.add(this.shared, OUTPUT_BACKLOG, outputLength(message));
  }
}

/** The end of the piece of `text` that starts at `start`; surrogate pairs stay together. */
function endOfPiece(text: string, start: number): number {
  const end = Math.min(start + MAX_STREAM_TEXT, text.length);
  const last = text.charCodeAt(end - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return isHighSurrogate && end < text.length ? end + 1 : end;
}

/** Whatever an interrupted cell has started doesn't write below later cells. */
function isSilenced(cell: Cell): boolean {
  return cell.interrupted && cell.ended;
}
