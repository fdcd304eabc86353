import type { Content, Header, Json } from "../protocol";
import type { Message, MessageCodec } from "./message-codec";
import type { OutputBacklog } from "./output-backlog";
import type { Sockets } from "./sockets";
import { StreamBatcher } from "./stream-batcher";

/** A message for iopub. */
export interface Publication {
  /** The header of the request that caused it. */
  readonly parent: Header | undefined;
  readonly type: string;
  readonly content: Content | Json;
  readonly metadata?: Content | Json;
  readonly buffers?: Uint8Array[];
  /** Called when it has left the kernel's queue. */
  readonly sent?: () => void;
}

/** Sends the kernel's messages. Whatever a cell outputs arrives in the order in which it was output. */
export class Sender {
  private readonly streams = new StreamBatcher((parent, name, text) =>
    this.publish({ parent, type: "stream", content: { name, text }, sent: () => this.backlog.remove(text.length) }),
  );

  private debugParent: Header | undefined;

  constructor(
    private readonly codec: MessageCodec,
    private readonly sockets: Sockets,
    private readonly backlog: OutputBacklog,
  ) {}

  /** Sends a message to all subscribers of iopub. */
  publish({ parent, type, content, metadata, buffers, sent }: Publication): void {
    if (type !== "stream") this.flush();
    this.sockets.iopub.send(this.codec.seal([type], type, parent, content, metadata, buffers), sent);
  }

  /** Tells all subscribers that the kernel starts or stops working on the request with header `parent`. */
  status(parent: Header | undefined, state: "starting" | "busy" | "idle"): void {
    this.publish({ parent, type: "status", content: { execution_state: state } });
  }

  /** Publishes text that has been counted in the backlog, together with what follows within a few milliseconds. */
  stream(parent: Header | undefined, name: "stdout" | "stderr", text: string): void {
    this.streams.write(parent, name, text);
  }

  /** Replies to the sender of a request; comm messages have no reply. */
  reply(channel: "shell" | "control", to: Message, content: Content, metadata?: Content): void {
    if (to.header.msg_type === "debug_request") this.debugParent = to.header;
    const type = to.header.msg_type.replace(/_request$/, "_reply");
    if (type === to.header.msg_type) return;
    this.flush();
    this.sockets[channel].send(this.codec.seal(to.identities, type, to.header, content, metadata));
  }

  /** Publishes an event of the debugger, caused by whatever the front end last asked of it. */
  debugEvent(event: object): void {
    this.publish({ parent: this.debugParent, type: "debug_event", content: { ...event } });
  }

  /** Asks the front end that sent `header` for a line of text. */
  requestInput(identities: Uint8Array[], header: Header, prompt: string, password: boolean): void {
    this.flush();
    this.sockets.stdin.send(this.codec.seal(identities, "input_request", header, { prompt, password }));
  }

  /** Tells a client that its subscription has arrived, so it knows that it misses nothing from here on. */
  welcome(topic: string): void {
    this.sockets.iopub.send(this.codec.seal([topic], "iopub_welcome", undefined, { subscription: topic }));
  }

  /** Sends the stream text that has been gathered so far. */
  flush(): void {
    this.streams.flush();
  }
}
