type StreamName = "stdout" | "stderr";

/** Milliseconds that output is gathered before it is sent. */
const GATHER = 20;
/** Characters at which it is sent at once. */
const FULL = 1 << 18;

/**
 * Gathers the text that a cell writes into few messages. The order of everything that a cell puts out is kept: whoever
 * publishes something else calls `flush` first.
 */
export class Streams {
  private request = 0;
  private name: StreamName = "stdout";
  private pieces: string[] = [];
  private length = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly publish: (request: number, name: StreamName, text: string) => void) {}

  write(request: number, name: StreamName, text: string): void {
    if (request !== this.request || name !== this.name) {
      this.flush();
      this.request = request;
      this.name = name;
    }
    this.pieces.push(text);
    this.length += text.length;
    if (this.length >= FULL) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), GATHER);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.length === 0) return;
    const text = this.pieces.join("");
    this.pieces = [];
    this.length = 0;
    this.publish(this.request, this.name, text);
  }
}
