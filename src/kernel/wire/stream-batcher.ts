import { MAX_STREAM_TEXT, type Header } from "../protocol";

type StreamName = "stdout" | "stderr";

/** How long text is gathered before it is sent. */
const GATHER_MS = 20;

/** Gathers the text that cells write into few messages. */
export class StreamBatcher {
  private parent: Header | undefined;
  private name: StreamName = "stdout";
  private pieces: string[] = [];
  private length = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly publish: (parent: Header | undefined, name: StreamName, text: string) => void) {}

  write(parent: Header | undefined, name: StreamName, text: string): void {
    if (parent !== this.parent || name !== this.name) {
      this.flush();
      this.parent = parent;
      this.name = name;
    }
    this.pieces.push(text);
    this.length += text.length;
    if (this.length >= MAX_STREAM_TEXT) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** Publishes what has been gathered. Call it before you publish anything else, to keep the order. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.length === 0) return;
    const text = this.pieces.join("");
    this.pieces = [];
    this.length = 0;
    this.publish(this.parent, this.name, text);
  }
}
