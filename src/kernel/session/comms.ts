import { randomUUID } from "node:crypto";
import type { Content } from "../protocol";
import { currentCell } from "./cell";
import type { Output } from "./output";

/** A message over a comm. */
export interface CommMessage {
  readonly data: Content;
  readonly metadata: Content;
  readonly buffers: readonly Uint8Array[];
}

type Listener = (message: CommMessage) => unknown;
type Target = (comm: Comm, opened: CommMessage) => unknown;

/** A connection between an object here and one in the front end, such as a widget and its view. */
export class Comm {
  private messageListener: Listener | undefined;
  private closeListener: Listener | undefined;

  /** @param cell the id of the cell that opened it, or that opened the comm whose message did */
  constructor(
    readonly id: string,
    readonly target: string,
    private readonly comms: Comms,
    readonly cell?: string,
  ) {}

  /** Sets the listener for the front end's messages. */
  onMessage(listener: Listener): void {
    this.messageListener = listener;
  }

  /** Sets the listener for when the front end closes the comm. */
  onClose(listener: Listener): void {
    this.closeListener = listener;
  }

  send(data: Content, metadata: Content = {}, buffers: Uint8Array[] = []): void {
    this.comms.publish("comm_msg", { comm_id: this.id, data }, metadata, buffers);
  }

  close(data: Content = {}): void {
    this.comms.forget(this);
    this.comms.publish("comm_close", { comm_id: this.id, data });
  }

  /** Passes a message on to its listener. */
  deliver(kind: "message" | "close", message: CommMessage): unknown {
    return (kind === "message" ? this.messageListener : this.closeListener)?.(message);
  }
}

/** The open comms, and the targets that a front end can open comms at. */
export class Comms {
  private readonly targets = new Map<string, Target>();
  private readonly comms = new Map<string, Comm>();

  constructor(private readonly output: Output) {}

  /** Lets a front end open comms at `name`; `target` is called with each. */
  registerTarget(name: string, target: Target): void {
    this.targets.set(name, target);
  }

  /** Opens a comm at the front end's target `name`. */
  open(name: string, data: Content = {}, metadata: Content = {}, buffers: Uint8Array[] = []): Comm {
    const comm = new Comm(randomUUID(), name, this, currentCell()?.id);
    this.comms.set(comm.id, comm);
    this.publish("comm_open", { comm_id: comm.id, target_name: name, data }, metadata, buffers);
    return comm;
  }

  /** The content of a `comm_info_reply`. */
  info(target: unknown): Content {
    const comms = [...this.comms.values()].filter((comm) => typeof target !== "string" || comm.target === target);
    return { status: "ok", comms: Object.fromEntries(comms.map((comm) => [comm.id, { target_name: comm.target }])) };
  }

  /** Handles a comm message from the front end; resolves when user code has handled it. */
  async receive(type: string, content: Content, metadata: Content, buffers: Uint8Array[]): Promise<void> {
    const id = String(content.comm_id);
    const message: CommMessage = { data: (content.data ?? {}) as Content, metadata, buffers };
    if (type === "comm_open") {
      const name = String(content.target_name);
      const target = this.targets.get(name);
      if (!target) return this.publish("comm_close", { comm_id: id, data: {} });
      const comm = new Comm(id, name, this);
      this.comms.set(id, comm);
      try {
        await target(comm, message);
      } catch (error) {
        comm.close();
        throw error;
      }
      return;
    }
    const comm = this.comms.get(id);
    if (!comm) return; // It was closed on this side while the message was on its way.
    if (type === "comm_close") this.forget(comm);
    await comm.deliver(type === "comm_close" ? "close" : "message", message);
  }

  /** The id of the cell that a message to a comm belongs to. */
  cellOf(commId: unknown): string | undefined {
    return this.comms.get(String(commId))?.cell;
  }

  /** Closes what the cell with this id opened when it last ran: it is about to make it again. */
  async closeThoseOf(cell: string | undefined): Promise<void> {
    if (cell === undefined) return;
    for (const comm of [...this.comms.values()].filter((comm) => comm.cell === cell)) {
      comm.close();
      await comm.deliver("close", { data: {}, metadata: {}, buffers: [] });
    }
  }

  forget(comm: Comm): void {
    this.comms.delete(comm.id);
  }

  publish(type: string, content: Content, metadata?: Content, buffers?: Uint8Array[]): void {
    this.output.publish(type, content, currentCell(), metadata, buffers);
  }
}
