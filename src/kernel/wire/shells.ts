import type { Message } from "./message-codec";

/** A queue of requests that are handled one after the other. */
export class Shell {
  private readonly pending: Message[] = [];
  private busy = false;

  constructor(private readonly handle: (message: Message, shell: Shell) => Promise<void>) {}

  push(message: Message): void {
    this.pending.push(message);
    if (!this.busy) void this.run();
  }

  /** Removes the cells that are waiting and returns them. Other requests stay in the queue. */
  takeQueuedCells(): Message[] {
    const waiting = this.pending.splice(0);
    this.pending.push(...waiting.filter(({ header }) => header.msg_type !== "execute_request"));
    return waiting.filter(({ header }) => header.msg_type === "execute_request");
  }

  private async run(): Promise<void> {
    this.busy = true;
    for (let message = this.pending.shift(); message; message = this.pending.shift()) await this.handle(message, this);
    this.busy = false;
  }
}

/** The main shell and the subshells next to it, which run cells while another cell waits. */
export class Shells {
  private readonly subshells = new Map<string, Shell>();
  private readonly main: Shell;
  private lastSubshell = 0;

  constructor(private readonly handle: (message: Message, shell: Shell) => Promise<void>) {
    this.main = new Shell(handle);
  }

  /** The shell that a message is addressed to; undefined when there is no such subshell. */
  find({ header: { subshell_id: id } }: Message): Shell | undefined {
    return id === undefined || id === null ? this.main : this.subshells.get(id);
  }

  /** Creates a subshell and returns its id. */
  create(): string {
    const id = `subshell-${++this.lastSubshell}`;
    this.subshells.set(id, new Shell(this.handle));
    return id;
  }

  /** @throws Error when there is no subshell `id` */
  delete(id: string): void {
    if (!this.subshells.delete(id)) throw new Error(`subshell_id: there is no subshell "${id}".`);
  }

  get ids(): string[] {
    return [...this.subshells.keys()];
  }
}
