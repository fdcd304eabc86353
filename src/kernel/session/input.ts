import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import { INPUT, type Shared, type StdinAnswer, type ToWire } from "../threads";
import { currentCell, Interrupted } from "./cell";

/** Asks the front end for lines of text. The cell waits where it asks, as with a browser's `prompt`. */
export class Input {
  constructor(
    private readonly post: (message: ToWire) => void,
    private readonly answers: MessagePort,
    private readonly shared: Shared,
  ) {}

  /** A line; `fallback` when it is empty. */
  readonly prompt = (message = "", fallback = ""): string => this.ask(message, false) || String(fallback);

  /** Whether the answer to the question begins with y, in either case. */
  readonly confirm = (message = ""): boolean => /^\s*y/i.test(this.ask(`${message} [y/N] `, false));

  /** A line that the front end does not show while it is typed. */
  readonly password = (message = "Password: "): string => this.ask(message, true);

  private ask(prompt: unknown, password: boolean): string {
    const cell = currentCell();
    if (!cell || cell.ended) throw new Error("Input can be asked for only while a cell runs.");
    Atomics.store(this.shared, INPUT, 0);
    while (receiveMessageOnPort(this.answers)) {
      // An answer to a question that an interrupt had ended.
    }
    this.post({ kind: "input", request: cell.request, prompt: String(prompt), password });
    Atomics.wait(this.shared, INPUT, 0);
    const answer = receiveMessageOnPort(this.answers)?.message as StdinAnswer | undefined;
    if (answer && "value" in answer) return answer.value;
    if (answer && "refused" in answer) throw new Error(answer.refused);
    throw new Interrupted();
  }
}
