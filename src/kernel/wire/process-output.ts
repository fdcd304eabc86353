import fs from "node:fs";
import net from "node:net";
import { StringDecoder } from "node:string_decoder";

/** What a pipe holds is read at once, up to this size. */
const MAX_DRAIN_BYTES = 1 << 20;

/** Output that native code and child processes write to one of the process's descriptors. */
export class ProcessOutput {
  private readonly decoder = new StringDecoder("utf8");
  private readonly buffer = Buffer.alloc(1 << 16);
  private readonly socket: net.Socket;
  private drained = false;

  /** @param descriptor the reading end of a pipe, non-blocking */
  constructor(
    private readonly descriptor: number,
    private readonly receive: (text: string) => void,
  ) {
    this.socket = new net.Socket({ fd: descriptor, readable: true, writable: false });
    this.socket.on("data", (bytes: Buffer) => this.decode(bytes)).on("error", () => {});
    this.socket.unref();
  }

  /** Stops reading; once the pipe is full, whoever writes waits. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Receives what has been written before now; once in a turn of the event loop unless `force` is set. */
  drain(force = false): void {
    if ((this.drained && !force) || this.socket.isPaused()) return;
    this.drained = true;
    setImmediate(() => (this.drained = false));
    try {
      for (let total = 0, length = -1; length !== 0 && total < MAX_DRAIN_BYTES; total += length) {
        length = fs.readSync(this.descriptor, this.buffer);
        this.decode(this.buffer.subarray(0, length));
      }
    } catch {
      // EAGAIN: the pipe is empty.
    }
  }

  private decode(bytes: Buffer): void {
    const text = this.decoder.write(bytes);
    if (text !== "") this.receive(text);
  }
}
