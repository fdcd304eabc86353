import type { OutputPipes } from "../output-pipes";
import { outputLength, type Content, type Header, type StdinAnswer, type ToSession, type ToWire } from "../protocol";
import type { Message } from "./message-codec";
import type { OutputBacklog } from "./output-backlog";
import { ProcessOutput } from "./process-output";
import type { Sender } from "./sender";

/** Answered requests whose headers are kept, for output that comes after the reply. */
const MAX_ANSWERED = 2000;

/** A request that was forwarded to the session: what later output and its reply need, without the content. */
interface PendingRequest {
  readonly identities: Uint8Array[];
  readonly header: Header;
  readonly allowStdin: boolean;
  readonly silent: boolean;
  readonly reply: (content: Content) => void;
}

/** The wire's view of the session: forwards requests to it and sends what comes back. */
export class SessionClient {
  private readonly requests = new Map<number, PendingRequest>();
  /** Those of them that have been answered, oldest first. */
  private readonly answered: number[] = [];
  private latest: PendingRequest | undefined;
  private lastRequest = 0;
  private awaitingInput = false;
  private readonly processOutputs: ProcessOutput[] = [];

  /**
   * @param answerInput passes input on to the session, which sleeps until then
   * @param interruptsSettled resolves when earlier interrupts can't affect a new request
   */
  constructor(
    private readonly sender: Sender,
    private readonly post: (message: ToSession) => void,
    private readonly answerInput: (answer: StdinAnswer) => void,
    private readonly backlog: OutputBacklog,
    private readonly interruptsSettled: () => Promise<void>,
  ) {}

  /** Has user code answer `message`; `content` is what the session receives. */
  async forward(message: Message, content: Content, silent = false): Promise<Content> {
    const request = ++this.lastRequest;
    await this.interruptsSettled();
    return new Promise((reply) => {
      const { identities, header, metadata, buffers } = message;
      this.latest = { identities, header, allowStdin: content.allow_stdin === true, silent, reply };
      this.requests.set(request, this.latest);
      this.post({ kind: "request", request, type: header.msg_type, content, metadata, buffers });
    });
  }

  receive(message: Exclude<ToWire, { kind: "interrupted" | "ended" | "signal" }>): void {
    for (const output of this.processOutputs) output.drain(message.kind === "reply");
    const request = this.requests.get(message.request);
    switch (message.kind) {
      case "stream":
        if (request?.silent) this.backlog.remove(outputLength(message));
        else this.sender.stream(request?.header, message.name, message.text);
        break;
      case "publish": {
        const sent = (): void => this.backlog.remove(outputLength(message));
        if (request?.silent) sent();
        else this.sender.publish({ ...message, parent: request?.header, sent });
        break;
      }
      case "reply":
        this.answer(message.request, JSON.parse(message.content) as Content);
        break;
      case "input":
        this.requestInput(request, message.prompt, message.password);
    }
  }

  /** The header of the latest request. */
  get latestHeader(): Header | undefined {
    return this.latest?.header;
  }

  /** Writes a note of the kernel below the cell that is running. */
  note(text: string): void {
    const content = { name: "stderr", text: `${text}\n` };
    this.sender.publish({ parent: this.latestHeader, type: "stream", content });
  }

  /** From now on, output of native code and child processes belongs to the cell that is running, or ran last. */
  captureProcessOutput(pipes: OutputPipes): void {
    for (const name of ["stdout", "stderr"] as const) {
      const output: ProcessOutput = new ProcessOutput(pipes[name], (text) => {
        if (this.latest?.silent) return;
        this.backlog.add(text.length);
        this.sender.stream(this.latestHeader, name, text);
        if (this.backlog.isFull) output.pause();
      });
      this.backlog.onRoom(() => output.resume());
      this.processOutputs.push(output);
    }
  }

  /**
   * Answers a request with an error that ends the session, below its cell and in its reply.
   * @param request its number; the latest by default
   */
  fail(error: { ename: string; evalue: string; traceback: string[] }, request?: number): void {
    const pending = request === undefined ? this.latest : this.requests.get(request);
    if (!pending) return;
    if (!pending.silent) this.sender.publish({ parent: pending.header, type: "error", content: error });
    pending.reply({ status: "error", ...error });
  }

  /** Takes the front end's `input_reply`. */
  receiveInput({ header, content }: Message): void {
    if (header.msg_type !== "input_reply" || !this.awaitingInput) return;
    this.awaitingInput = false;
    const { value } = content;
    this.answerInput(typeof value === "string" ? { value } : { refused: "The front end sent no text." });
  }

  /** Wakes the session if it is waiting for input. */
  interruptInput(): void {
    if (!this.awaitingInput) return;
    this.awaitingInput = false;
    this.answerInput({ interrupted: true });
  }

  private answer(number: number, content: Content): void {
    this.sender.flush();
    this.requests.get(number)?.reply(content);
    this.answered.push(number);
    if (this.answered.length > MAX_ANSWERED) this.requests.delete(this.answered.shift() as number);
  }

  private requestInput(request: PendingRequest | undefined, prompt: string, password: boolean): void {
    if (!request?.allowStdin) {
      this.answerInput({ refused: "The front end that runs this cell doesn't take input." });
      return;
    }
    this.awaitingInput = true;
    this.sender.requestInput(request.identities, request.header, prompt, password);
  }
}
