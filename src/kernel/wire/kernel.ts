import { setTimeout as sleep } from "node:timers/promises";
import { signalDescendants } from "../../shared/process-tree.cjs";
import type { CompilerFunctions } from "../compiler/compiler";
import type { Debugger } from "../debugger/debugger";
import { log, messageOf } from "../log";
import type { Content, ToSession } from "../protocol";
import type { RpcClient } from "../rpc";
import type { CellHistory } from "./cell-history";
import type { InterruptSender } from "./interrupt-sender";
import { kernelInfo } from "./kernel-info";
import type { Message, MessageCodec } from "./message-codec";
import { integerField, stringField } from "./request-fields";
import type { Sender } from "./sender";
import type { SessionClient } from "./session-client";
import { Shells, type Shell } from "./shells";
import type { Sockets } from "./sockets";
import { usage } from "./usage";

/** What the kernel is made of. */
export interface KernelServices {
  readonly codec: MessageCodec;
  readonly sockets: Sockets;
  readonly sender: Sender;
  readonly session: SessionClient;
  readonly compiler: RpcClient<CompilerFunctions>;
  readonly history: CellHistory;
  readonly postToSession: (message: ToSession) => void;
  readonly interrupts: InterruptSender;
  readonly debugger: Debugger;
}

type ChannelName = "shell" | "control" | "stdin";

/** How long the session gets to end by itself. */
const EXIT_GRACE_MS = 500;
/** Refused messages that are logged, so that a flood of them can't fill the log. */
const MAX_LOGGED_REFUSALS = 20;

/** The kernel's side of Jupyter's messaging protocol: https://jupyter-client.readthedocs.io/en/stable/messaging.html */
export class Kernel {
  private readonly shells = new Shells((message, shell) => this.handle(message, "shell", shell));
  private executionCount = 0;
  private refusals = 0;
  private ending = false;

  constructor(private readonly services: KernelServices) {}

  start(): void {
    const { sender, sockets } = this.services;
    sender.status(undefined, "starting");
    sockets.receive({
      shell: (frames) => this.receive("shell", frames),
      control: (frames) => this.receive("control", frames),
      stdin: (frames) => this.receive("stdin", frames),
      subscribed: (topic) => {
        sender.welcome(topic);
        this.reportDroppedOutput();
      },
    });
  }

  /** A client whose output was dropped connects again by itself; this tells it, and everybody else. */
  private reportDroppedOutput(): void {
    const megabytes = this.services.sockets.takeDroppedBytes() / 1e6;
    if (megabytes === 0) return;
    const dropped = `about ${megabytes.toFixed(0)} MB of output for it were dropped.`;
    this.services.session.note(`A client of this kernel had stopped reading; ${dropped}`);
  }

  /** Takes the frames of one message. Whatever is in them, the kernel survives. */
  private receive(channel: ChannelName, frames: Uint8Array[]): void {
    let message: Message;
    try {
      message = this.services.codec.open(frames);
    } catch (error) {
      if (++this.refusals <= MAX_LOGGED_REFUSALS) log(`Refused a message on ${channel}: ${messageOf(error)}`);
      return;
    }
    if (channel === "stdin") this.services.session.receiveInput(message);
    else if (channel === "control") void this.handle(message, "control");
    else this.queue(message);
  }

  private queue(message: Message): void {
    const shell = this.shells.find(message);
    if (shell) return shell.push(message);
    const missing = `There is no subshell ${JSON.stringify(message.header.subshell_id)}.`;
    this.services.sender.reply("shell", message, { status: "error", ...errorContent("NoSubshell", missing) });
  }

  private async handle(message: Message, channel: "shell" | "control", shell?: Shell): Promise<void> {
    const { header } = message;
    const { sender } = this.services;
    let aborted: Message[] = [];
    sender.status(header, "busy");
    try {
      if (header.msg_type === "execute_request") aborted = await this.execute(message, channel, shell);
      else {
        const content = await this.answer(message);
        if (content) sender.reply(channel, message, content);
      }
    } catch (error) {
      const described = errorContent(error instanceof Error ? error.name : "Error", messageOf(error));
      sender.reply(channel, message, { status: "error", ...described });
    }
    sender.status(header, "idle");
    for (const cell of aborted) this.abort(cell);
    if (header.msg_type === "shutdown_request") this.end();
  }

  /** The content of the reply to `message`; nothing for messages that have no reply. */
  private async answer(message: Message): Promise<Content | undefined> {
    const { content, header } = message;
    const { compiler, history, sender, session } = this.services;
    switch (header.msg_type) {
      case "kernel_info_request":
        return kernelInfo();
      case "complete_request":
        return { ...(await compiler.complete(stringField(content, "code"), integerField(content, "cursor_pos"))) };
      case "inspect_request": {
        const level = content.detail_level === 1 ? 1 : 0;
        const code = stringField(content, "code");
        return { ...(await compiler.inspect(code, integerField(content, "cursor_pos"), level)) };
      }
      case "is_complete_request":
        return { ...(await compiler.isComplete(stringField(content, "code"))) };
      case "history_request":
        return history.answer(content);
      case "comm_info_request":
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        return session.forward(message, content);
      case "debug_request":
        return this.services.debugger.answer(content);
      case "usage_request":
        return usage();
      case "interrupt_request":
        await this.interrupt();
        return { status: "ok" };
      case "shutdown_request": {
        const reply = { status: "ok", restart: content.restart === true };
        sender.publish({ parent: header, type: "shutdown_reply", content: reply });
        return reply;
      }
      case "create_subshell_request":
        return { status: "ok", subshell_id: this.shells.create() };
      case "delete_subshell_request":
        this.shells.delete(stringField(content, "subshell_id"));
        return { status: "ok" };
      case "list_subshell_request":
        return { status: "ok", subshell_id: this.shells.ids };
      default:
        log(`Ignored a message of the unknown type ${JSON.stringify(header.msg_type)}`);
        return undefined;
    }
  }

  /** Runs a cell and replies. Returns the queued cells that its error aborts. */
  private async execute(message: Message, channel: "shell" | "control", shell?: Shell): Promise<Message[]> {
    const { content, header } = message;
    const { history, sender, session } = this.services;
    const code = stringField(content, "code");
    const silent = content.silent === true;
    const stored = content.store_history !== false && !silent;
    const started = new Date().toISOString();
    if (stored) this.executionCount++;
    const count = this.executionCount;
    const recordOutput = stored && code.trim() !== "" ? history.add(count, code) : undefined;
    const input = { code, execution_count: count };
    if (!silent) sender.publish({ parent: header, type: "execute_input", content: input });
    const forwarded = { ...content, code, silent, store_history: stored, count };
    const { result, ...answer } = await session.forward(message, forwarded, silent);
    recordOutput?.(typeof result === "string" ? result : undefined);
    // A cell sent after the client has seen the error runs, so the queue is emptied before the reply goes out.
    const aborts = answer.status === "error" && content.stop_on_error !== false;
    const aborted = aborts && shell ? shell.takeQueuedCells() : [];
    sender.reply(channel, message, { ...answer, execution_count: count }, { started, status: answer.status });
    return aborted;
  }

  /** Answers a cell that was waiting when one before it failed, without running it. */
  private abort(message: Message): void {
    const { sender } = this.services;
    sender.status(message.header, "busy");
    sender.reply("shell", message, { status: "aborted", execution_count: this.executionCount });
    sender.status(message.header, "idle");
  }

  /** Stops what the session is running, by request or by signal. Ends the process if nothing else helps. */
  async interrupt(): Promise<void> {
    const { interrupts, session } = this.services;
    if (interrupts.isKnownToBeStuck) {
      const reason = "The kernel was ended because native code couldn't be interrupted; its variables are gone.";
      session.fail(errorContent("KernelEnded", reason));
      await sleep(0); // The reply is sent in a promise job.
      return this.end();
    }
    session.interruptInput();
    await interrupts.interrupt();
  }

  /**
   * Tells the client that user code is ending the process with exit code `code`; resolves when the sockets are closed.
   * @param request the number of the request whose code ends it
   */
  async exited(code: number, request: number | undefined): Promise<void> {
    this.ending = true;
    if (request !== undefined) {
      const reason = `The cell ended the kernel with exit code ${code}; its variables are gone.`;
      this.services.session.fail(errorContent("Exit", reason), request);
    }
    await sleep(0); // Replies to waiting requests are sent in promise jobs.
    await this.close();
  }

  /** Ends the process and all the processes that it started. */
  end(): void {
    if (this.ending) return;
    this.ending = true;
    void (async () => {
      await this.close().catch((error: unknown) => log(`Couldn't close: ${messageOf(error)}`));
      this.services.postToSession({ kind: "exit" });
      await sleep(EXIT_GRACE_MS);
      process.kill(process.pid, "SIGKILL"); // The session is in a loop and reads no messages.
    })();
  }

  /** Sends what is left to send, within limits, and kills the processes that cells started. */
  private async close(): Promise<void> {
    // Node waits at its end for a debugger that is connected.
    this.services.debugger.disconnect();
    this.services.sender.flush();
    await Promise.race([this.services.sockets.close(), sleep(EXIT_GRACE_MS)]);
    signalDescendants(process.pid, "SIGKILL");
  }
}

function errorContent(ename: string, evalue: string): { ename: string; evalue: string; traceback: string[] } {
  return { ename, evalue, traceback: [`${ename}: ${evalue}`] };
}
