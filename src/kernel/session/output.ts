import { StringDecoder } from "node:string_decoder";
import type { Content, ToWire } from "../protocol";
import { currentCell, type Cell } from "./cell";
import type { MimeBundle } from "./results";

/** Sends what cells output to the front end. */
export class Output {
  constructor(private readonly post: (message: ToWire) => void) {}

  /** From now on, text written to stdout and stderr belongs to the cell that writes it. */
  capture(): void {
    for (const name of ["stdout", "stderr"] as const) {
      const decoder = new StringDecoder("utf8");
      const toLog = process[name].write.bind(process[name]) as (...parameters: unknown[]) => boolean;
      const write = (chunk: string | Uint8Array, encoding?: unknown, callback?: unknown): boolean => {
        const text =
          typeof chunk !== "string"
            ? decoder.write(Buffer.from(chunk))
            : typeof encoding === "string" && !/^utf-?8$/i.test(encoding)
              ? Buffer.from(chunk, encoding as BufferEncoding).toString("utf8")
              : chunk;
        const cell = currentCell();
        if (!cell) return toLog(chunk, encoding, callback);
        if (text !== "" && !isSilenced(cell)) this.post({ kind: "stream", request: cell.request, name, text });
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

  /** Sends an iopub message that belongs to `cell`. */
  publish(type: string, content: Content, cell = currentCell(), metadata?: Content, buffers?: Uint8Array[]): void {
    if (cell && !isSilenced(cell))
      this.post({ kind: "publish", request: cell.request, type, content, metadata, buffers });
  }
}

/** Whatever an interrupted cell has started doesn't write below later cells. */
function isSilenced(cell: Cell): boolean {
  return cell.interrupted && cell.ended;
}
