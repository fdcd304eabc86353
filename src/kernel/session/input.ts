import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import { INPUT, type Shared, type StdinAnswer, type ToWire } from "../protocol";
import { currentCell, Interrupted } from "./cell";
import { CellError } from "./realm";

/** Asks the front end for lines of text. The cell waits for the answer, like with a browser's `prompt`. */
export class Input {
  constructor(
    private readonly post: (message: ToWire) => void,
    private readonly answers: MessagePort,
    private readonly shared: Shared,
  ) {}

  /** Asks for a line; returns `fallback` if it is empty. */
  readonly prompt = (message = "", fallback = ""): string => this.ask(message, false) || String(fallback);

  /** Asks a question; true if the answer starts with y or Y. */
  readonly confirm = (message = ""): boolean => /^\s*y/i.test(this.ask(`${message} [y/N] `, false));

  /** Asks for a line that the front end doesn't show while it is typed. */
  readonly password = (message = "Password: "): string => this.ask(message, true);

  private ask(prompt: unknown, password: boolean): string {
    const cell = currentCell();
    if (!cell || cell.ended)
      throw new CellError("prompt: expected to be called while a cell is running, found that the cell has ended.");
    Atomics.store(this.shared, INPUT, 0);
    while (receiveMessageOnPort(this.answers)) {
      // The answer to a question that an interrupt has ended.
    }
    this.post({ kind: "input", request: cell.request, prompt: String(prompt), password });
    Atomics.wait(this.shared, INPUT, 0);
    const answer = receiveMessageOnPort(this.answers)?.message as StdinAnswer | undefined;
    if (answer && "value" in answer) return answer.value;
    if (answer && "refused" in answer) throw new CellError(answer.refused);
    throw new Interrupted();
  }
}
