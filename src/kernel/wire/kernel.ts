import { writeSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { versions } from "../compiler/tslab";
import type { Content, Header, StdinAnswer, ToSession, ToWire } from "../threads";
import { History } from "./history";
import { PROTOCOL_VERSION, type Message, type Wire } from "./message";
import { signalDescendants } from "./processes";
import type { Channel, Sockets } from "./sockets";
import { Streams } from "./streams";

/** What the kernel needs of the threads around it. */
export interface Surroundings {
  readonly wire: Wire;
  /** Sends a message to the session, where user code runs. */
  readonly post: (message: ToSession) => void;
  /** Calls a function of the compiler's thread. */
  readonly callCompiler: (method: string, ...parameters: unknown[]) => Promise<unknown>;
  /** Hands input to the session, which sleeps until then. */
  readonly answerInput: (answer: StdinAnswer) => void;
  readonly interrupt: () => Promise<void>;
}

type ChannelName = "shell" | "control" | "stdin";

/** Answered requests whose headers are remembered, for output that comes after the reply. */
const REMEMBERED = 2000;
/** Milliseconds that the session is given to end by itself. */
const LAST_CHANCE = 500;
/** Messages of which a refusal is logged, so that a flood of them cannot fill the log. */
const LOGGED_REFUSALS = 20;

/** Requests that are answered one after the other: the main shell, or one of the subshells beside it. */
interface Shell {
  readonly pending: Message[];
  busy: boolean;
}

/** A message that user code answers: what is needed of it later, without its content. */
interface Asked {
  readonly identities: Uint8Array[];
  readonly header: Header;
  readonly allowStdin: boolean;
  readonly silent: boolean;
  readonly reply: (content: Content) => void;
}

/** The kernel's side of Jupyter's messaging protocol. */
export class Kernel {
  private readonly streams = new Streams((request, name, text) => this.publishFrom(request, "stream", { name, text }));
  private readonly history = new History(historyFile());
  private readonly shells = new Map<string | undefined, Shell>([[undefined, { pending: [], busy: false }]]);
  private readonly asked = new Map<number, Asked>();
  /** Those of them that were answered, the oldest first. */
  private readonly answered: number[] = [];
  private sockets: Sockets | undefined;
  private awaitingInput: number | undefined;
  private executionCount = 0;
  private lastRequest = 0;
  private lastSubshell = 0;
  private refusals = 0;
  private ending = false;

  constructor(private readonly around: Surroundings) {}

  start(sockets: Sockets): void {
    this.sockets = sockets;
    this.publish(undefined, "status", { execution_state: "starting" });
  }

  /** Greets a client that subscribed to iopub, so that it knows from when on it misses nothing. */
  welcome(topic: string): void {
    this.sockets?.iopub.send(this.around.wire.seal([topic], "iopub_welcome", undefined, { subscription: topic }));
  }

  /** Takes the frames of one message; whatever they hold, the kernel lives on. */
  receive(channel: ChannelName, frames: Uint8Array[]): void {
    let message: Message;
    try {
      message = this.around.wire.open(frames);
    } catch (error) {
      if (++this.refusals <= LOGGED_REFUSALS) log(`Refused a message on ${channel}: ${describe(error)}`);
      return;
    }
    if (channel === "stdin") this.takeInput(message);
    else if (channel === "control") void this.handle(message, "control");
    else this.queue(message);
  }

  private queue(message: Message): void {
    const shell = this.shells.get(message.header.subshell_id ?? undefined);
    if (!shell) {
      this.reply("shell", message, errorContent("NoSubshell", `There is no subshell ${message.header.subshell_id}.`));
      return;
    }
    shell.pending.push(message);
    if (!shell.busy) void this.serve(shell);
  }

  private async serve(shell: Shell): Promise<void> {
    shell.busy = true;
    for (let message = shell.pending.shift(); message; message = shell.pending.shift()) {
      const outcome = await this.handle(message, "shell");
      if (outcome === "abort") this.abort(shell);
    }
    shell.busy = false;
  }

  /** Answers the execute requests that wait behind a failed one, without running them. */
  private abort(shell: Shell): void {
    const waiting = shell.pending.splice(0);
    for (const message of waiting) {
      if (message.header.msg_type !== "execute_request") {
        shell.pending.push(message);
        continue;
      }
      this.publish(message.header, "status", { execution_state: "busy" });
      this.reply("shell", message, { status: "aborted", execution_count: this.executionCount });
      this.publish(message.header, "status", { execution_state: "idle" });
    }
  }

  private async handle(message: Message, channel: "shell" | "control"): Promise<"abort" | undefined> {
    const { header } = message;
    this.publish(header, "status", { execution_state: "busy" });
    let outcome: "abort" | undefined;
    try {
      if (header.msg_type === "execute_request") outcome = await this.execute(message, channel);
      else {
        const content = await this.answer(message);
        if (content) this.reply(channel, message, content);
      }
    } catch (error) {
      this.reply(channel, message, errorContent(error instanceof Error ? error.name : "Error", describe(error)));
    }
    this.publish(header, "status", { execution_state: "idle" });
    if (header.msg_type === "shutdown_request") this.end();
    return outcome;
  }

  /** The content of the reply to `message`; nothing where the protocol knows no reply. */
  private async answer(message: Message): Promise<Content | undefined> {
    const { content, header } = message;
    switch (header.msg_type) {
      case "kernel_info_request":
        return kernelInfo();
      case "complete_request":
        return (await this.around.callCompiler(
          "complete",
          text(content, "code"),
          integer(content, "cursor_pos"),
        )) as Content;
      case "inspect_request":
        return (await this.around.callCompiler(
          "inspect",
          text(content, "code"),
          integer(content, "cursor_pos"),
          content.detail_level === 1 ? 1 : 0,
        )) as Content;
      case "is_complete_request":
        return (await this.around.callCompiler("isComplete", text(content, "code"))) as Content;
      case "history_request":
        return this.history.answer(content);
      case "comm_info_request":
      case "comm_open":
      case "comm_msg":
      case "comm_close":
        return this.ask(message, false, content);
      case "interrupt_request":
        await this.interrupt();
        return { status: "ok" };
      case "shutdown_request": {
        const reply = { status: "ok", restart: content.restart === true };
        this.publish(header, "shutdown_reply", reply);
        return reply;
      }
      case "create_subshell_request": {
        const name = `subshell-${++this.lastSubshell}`;
        this.shells.set(name, { pending: [], busy: false });
        return { status: "ok", subshell_id: name };
      }
      case "delete_subshell_request":
        if (!this.shells.delete(text(content, "subshell_id")))
          throw new Error(`There is no subshell ${content.subshell_id}.`);
        return { status: "ok" };
      case "list_subshell_request":
        return { status: "ok", subshell_id: [...this.shells.keys()].filter((name) => name !== undefined) };
      default:
        log(`Ignored a message of the unknown type ${JSON.stringify(header.msg_type)}`);
        return undefined;
    }
  }

  private async execute(message: Message, channel: "shell" | "control"): Promise<"abort" | undefined> {
    const { content, header } = message;
    const code = text(content, "code");
    const silent = content.silent === true;
    const stored = content.store_history !== false && !silent;
    const started = new Date().toISOString();
    if (stored) this.executionCount++;
    const count = this.executionCount;
    const remember = stored && code.trim() !== "" ? this.history.add(count, code) : undefined;
    if (!silent) this.publish(header, "execute_input", { code, execution_count: count });
    const { result, ...answer } = await this.ask(message, silent, {
      ...content,
      code,
      silent,
      store_history: stored,
      count,
    });
    remember?.(typeof result === "string" ? result : undefined);
    this.reply(channel, message, { ...answer, execution_count: count }, { started, status: answer.status });
    return answer.status === "error" && content.stop_on_error !== false ? "abort" : undefined;
  }

  /** Has user code answer `message`. */
  private ask(message: Message, silent: boolean, content: Content): Promise<Content> {
    const request = ++this.lastRequest;
    return new Promise((reply) => {
      const { identities, header, metadata, buffers } = message;
      this.asked.set(request, { identities, header, allowStdin: content.allow_stdin === true, silent, reply });
      this.around.post({ kind: "request", request, type: message.header.msg_type, content, metadata, buffers });
    });
  }

  /** Takes what the session says. */
  fromSession(message: Exclude<ToWire, { kind: "interrupted" | "ended" | "sigint" }>): void {
    switch (message.kind) {
      case "stream":
        this.streams.write(message.request, message.name, message.text);
        break;
      case "publish":
        this.publishFrom(message.request, message.type, message.content, message.metadata, message.buffers);
        break;
      case "reply":
        this.streams.flush();
        this.asked.get(message.request)?.reply(message.content);
        this.answered.push(message.request);
        if (this.answered.length > REMEMBERED) this.asked.delete(this.answered.shift() as number);
        break;
      case "input":
        this.requestInput(message.request, message.prompt, message.password);
        break;
    }
  }

  private requestInput(request: number, prompt: string, password: boolean): void {
    const asked = this.asked.get(request);
    if (!asked?.allowStdin) {
      this.around.answerInput({ refused: "The front end that runs this cell does not take input." });
      return;
    }
    this.streams.flush();
    this.awaitingInput = request;
    const { identities, header } = asked;
    this.sockets?.stdin.send(this.around.wire.seal(identities, "input_request", header, { prompt, password }));
  }

  private takeInput(message: Message): void {
    if (message.header.msg_type !== "input_reply" || this.awaitingInput === undefined) return;
    this.awaitingInput = undefined;
    const { value } = message.content;
    this.around.answerInput(typeof value === "string" ? { value } : { refused: "The front end sent no text." });
  }

  /** Stops what the session runs, on request or by a signal. */
  async interrupt(): Promise<void> {
    if (this.awaitingInput !== undefined) {
      this.awaitingInput = undefined;
      this.around.answerInput({ interrupted: true });
    }
    await this.around.interrupt();
  }

  /** Tells the client that user code ends the process with exit code `code`; settles when the sockets are closed. */
  async ended(code: number, request: number | undefined): Promise<void> {
    this.ending = true;
    const asked = request === undefined ? undefined : this.asked.get(request);
    if (request !== undefined && asked) {
      const { status, ...error } = errorContent(
        "Exit",
        `The cell ended the kernel with exit code ${code}; its variables are gone.`,
      );
      this.publishFrom(request, "error", error);
      asked.reply({ status, ...error });
    }
    await sleep(0); // The replies to what waits are sent in promise jobs.
    await this.closed();
  }

  /** Settles when what was to be sent is sent and no process that a cell started is left, or soon. */
  private async closed(): Promise<void> {
    this.streams.flush();
    await Promise.race([this.sockets?.close(), sleep(LAST_CHANCE)]);
    signalDescendants("SIGKILL");
  }

  /** Ends the process and everything that it started. */
  end(): void {
    if (this.ending) return;
    this.ending = true;
    void (async () => {
      await this.closed();
      this.around.post({ kind: "exit" });
      await sleep(LAST_CHANCE);
      process.kill(process.pid, "SIGKILL"); // The session is in a loop and reads no messages.
    })();
  }

  private reply(channel: "shell" | "control", to: Message, content: Content, metadata: Content = {}): void {
    const type = to.header.msg_type.replace(/_request$/, "_reply");
    if (type === to.header.msg_type) return; // comm messages have no reply
    this.streams.flush();
    const socket: Channel | undefined = this.sockets?.[channel];
    socket?.send(this.around.wire.seal(to.identities, type, to.header, content, metadata));
  }

  private publishFrom(
    request: number,
    type: string,
    content: Content,
    metadata?: Content,
    buffers?: Uint8Array[],
  ): void {
    const asked = this.asked.get(request);
    if (asked?.silent) return;
    this.publish(asked?.header, type, content, metadata, buffers);
  }

  private publish(
    parent: Header | undefined,
    type: string,
    content: Content,
    metadata?: Content,
    buffers?: Uint8Array[],
  ): void {
    if (type !== "stream") this.streams.flush();
    this.sockets?.iopub.send(this.around.wire.seal([type], type, parent, content, metadata, buffers));
  }
}

function kernelInfo(): Content {
  const { tslab, typescript } = versions();
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "tslab",
    implementation_version: tslab,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: { mode: "typescript", name: "javascript", typescript: true },
      nbconvert_exporter: "script",
    },
    banner: `TypeScript ${typescript} (tslab ${tslab}) on Node.js ${process.version}`,
    debugger: false,
    supported_features: ["kernel subshells"],
    help_links: [
      { text: "TypeScript Handbook", url: "https://www.typescriptlang.org/docs/handbook/intro.html" },
      { text: "TensorFlow.js API", url: "https://js.tensorflow.org/api/latest/" },
      { text: "tslab", url: "https://github.com/yunabe/tslab" },
      { text: "Node.js API", url: "https://nodejs.org/api/" },
    ],
  };
}

/** Where what was run is kept: beside Jupyter's own data. */
function historyFile(): string {
  const data = process.env.JUPYTER_DATA_DIR ?? path.join(os.homedir(), ".local", "share", "jupyter");
  return path.join(data, "typescript-kernel", "history.jsonl");
}

function errorContent(ename: string, evalue: string): Content {
  return { status: "error", ename, evalue, traceback: [`${ename}: ${evalue}`] };
}

function text(content: Content, name: string): string {
  const value = content[name];
  if (typeof value !== "string") throw new Error(`"${name}" must be a string, found ${JSON.stringify(value)}.`);
  return value;
}

function integer(content: Content, name: string): number {
  const value = content[name];
  if (!Number.isInteger(value)) throw new Error(`"${name}" must be an integer, found ${JSON.stringify(value)}.`);
  return value as number;
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** To the log of whoever started the kernel; a thread's `console` would wait for the main thread. */
function log(line: string): void {
  try {
    writeSync(2, `[typescript kernel] ${line}\n`);
  } catch {
    // Nobody reads the log any more.
  }
}
