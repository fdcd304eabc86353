import type { MessagePort, Worker } from "node:worker_threads";

/*
 * The kernel's threads and what they say to each other.
 *
 *   wire      owns the ZeroMQ sockets: signs, checks, answers what needs no user code, batches streams, interrupts
 *   session   the process's main thread: runs the cells and nothing else that could be in their way
 *   compiler  tslab's converter: types, emitted JavaScript, completion, inspection
 *   signals   waits for SIGINT, which Node shows no thread that is busy
 *
 * A cell that loops for ever so stops neither heartbeat nor output, nor the interrupt that ends it.
 */

/** What a thread is started with. */
export interface ThreadData {
  readonly connectionFile: string;
  readonly allowUnsigned: boolean;
}

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
  subshell_id?: string | null;
}

/** A JSON object of the protocol, whose fields the reader checks. */
export type Content = Record<string, unknown>;

/** From the wire to the session. */
export type ToSession =
  /** A message that user code answers; the session sends one `reply` with the same number. */
  | { kind: "request"; request: number; type: string; content: Content; metadata: Content; buffers: Uint8Array[] }
  /** Stop what runs. Sent again until it is `ANSWERED`; `terminated` when JavaScript was broken off already. */
  | { kind: "interrupt"; number: number; terminated: boolean }
  | { kind: "exit" };

/** From the session to the wire; `request` names the message that caused it. */
export type ToWire =
  | { kind: "stream"; request: number; name: "stdout" | "stderr"; text: string }
  | { kind: "publish"; request: number; type: string; content: Content; metadata?: Content; buffers?: Uint8Array[] }
  | { kind: "reply"; request: number; content: Content }
  /** Ask the front end for a line; the answer comes through `StdinAnswer` and a wake-up of the waiting thread. */
  | { kind: "input"; request: number; prompt: string; password: boolean }
  /** An interrupt was dealt with: see `ANSWERED`. */
  | { kind: "interrupted" }
  /** The process ends with `code`, at the word of the cell of `request`; the session sleeps until the wire has told the client. */
  | { kind: "ended"; code: number; request?: number }
  | { kind: "sigint" };

/** What the thread that waits for input is woken with. */
export type StdinAnswer = { value: string } | { refused: string } | { interrupted: true };

/** Memory that wire and session share. */
export type Shared = Int32Array<SharedArrayBuffer>;
/** In `Shared`: where the session sleeps while it waits for input; 1 wakes it. */
export const INPUT = 0;
/**
 * In `Shared`: who is about to act on an interrupt, so that what the session does about it is never broken off: it takes the
 * turn only while it is free, and the wire terminates JavaScript only in its own.
 */
export const TURN = 1;
export const TURNS = { free: 0, session: 1, wire: 2 } as const;
/** In `Shared`: the number of the last interrupt that the session has dealt with. */
export const ANSWERED = 2;
/** In `Shared`: where the session sleeps before the process ends; 1 wakes it. */
export const ENDED = 3;
export const SHARED_CELLS = 4;

interface CallMessage {
  readonly call: number;
  readonly method: string;
  readonly parameters: unknown[];
}
interface ReturnMessage {
  readonly returned: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** Calls the functions that the other end of `port` serves. */
export function caller(port: MessagePort | Worker): (method: string, ...parameters: unknown[]) => Promise<unknown> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  port.on("message", (message: ReturnMessage) => {
    const call = waiting.get(message.returned);
    if (!call) return;
    waiting.delete(message.returned);
    if (message.error === undefined) call.resolve(message.value);
    else call.reject(new Error(message.error));
  });
  return (method, ...parameters) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      port.postMessage({ call: last, method, parameters } satisfies CallMessage);
    });
}

/** Serves `functions` to the `caller` at the other end of `port`. */
export function serve(port: MessagePort, functions: Record<string, (...parameters: never[]) => unknown>): void {
  port.on("message", ({ call, method, parameters }: CallMessage) => {
    let answer: ReturnMessage;
    try {
      answer = { returned: call, value: functions[method](...(parameters as never[])) };
    } catch (error) {
      answer = { returned: call, error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    port.postMessage(answer);
  });
}
