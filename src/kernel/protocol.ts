import type { OutputPipes } from "./output-pipes";

/*
 * The kernel's threads and the messages between them.
 *
 *   wire      owns the ZeroMQ sockets: signs and verifies messages, answers whatever needs no user code, batches
 *             output, delivers interrupts
 *   session   the process's main thread: runs the cells and as little else as possible
 *   compiler  type-checks and compiles cells, completes and inspects code
 *   sigint    waits for SIGINT, which Node doesn't report to a busy thread
 *
 * So a cell in an infinite loop blocks neither the heartbeat nor output, nor the interrupt that stops it.
 */

/** What every thread is started with. */
export interface ThreadData {
  readonly connectionFile: string;
  readonly allowUnsigned: boolean;
  /** Undefined if descriptors 1 and 2 are those that the kernel was started with. */
  readonly pipes: OutputPipes | undefined;
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

/** A JSON object of Jupyter's protocol; whoever reads a field checks it. */
export type Content = Record<string, unknown>;
/** The text of such an object. */
export type Json = string;

/** From the wire to the session. */
export type ToSession =
  /** A message that user code answers; the session sends one `reply` with the same number. */
  | { kind: "request"; request: number; type: string; content: Content; metadata: Content; buffers: Uint8Array[] }
  /** Stop what is running. Sent again until it is handled; `terminated` if JavaScript has already been terminated. */
  | { kind: "interrupt"; number: number; terminated: boolean }
  | { kind: "exit" };

/** From the session to the wire; `request` is the number of the message that caused it. */
export type ToWire =
  | { kind: "stream"; request: number; name: "stdout" | "stderr"; text: string }
  /** The JSON is made in the session, where the cell gets the error if a value can't be sent. */
  | { kind: "publish"; request: number; type: string; content: Json; metadata?: Json; buffers?: Uint8Array[] }
  | { kind: "reply"; request: number; content: Json }
  /** Ask the front end for a line. The answer is a `StdinAnswer`, and the waiting thread is woken. */
  | { kind: "input"; request: number; prompt: string; password: boolean }
  /** An interrupt has been handled: see `HANDLED_INTERRUPT`. */
  | { kind: "interrupted" }
  /** The cell of `request` ends the process with `code`; the session sleeps until the wire has told the client. */
  | { kind: "ended"; code: number; request?: number }
  /** The process has received a signal. */
  | { kind: "signal"; signal: "SIGINT" | "SIGTERM" };

/** What the thread that waits for input receives. */
export type StdinAnswer = { value: string } | { refused: string } | { interrupted: true };

/** The symbol under which the debugger finds the session's `DebugValues`. */
export const DEBUG_VALUES = "Jupyter.debugValues";

/** A value as the debugger lists it. */
export interface DebugVariable {
  readonly name: string;
  /** In one line. */
  readonly value: string;
  readonly type: string;
  /** To what is in it; 0 if there is nothing. */
  readonly reference: number;
}

/** Memory that wire and session share; the constants below are its indices. */
export type Shared = Int32Array<SharedArrayBuffer>;
/** The session sleeps here while it waits for input; 1 wakes it. */
export const INPUT = 0;
/**
 * Which thread is acting on an interrupt. The session handles an interrupt only while it holds this lock, and the wire
 * terminates JavaScript only while it does, so the handling itself is never terminated.
 */
export const INTERRUPT_LOCK = 1;
export const LOCK_OWNER = { nobody: 0, session: 1, wire: 2 } as const;
/** The number of the last interrupt that the session has handled. */
export const HANDLED_INTERRUPT = 2;
/** The session sleeps here before the process ends; 1 wakes it. */
export const ENDED = 3;
/** Characters of output that the session has posted and the wire hasn't sent yet; the session sleeps here. */
export const OUTPUT_BACKLOG = 4;
export const SHARED_LENGTH = 5;
/**
 * The number of characters after which stream text is sent. Clients read ahead by up to a thousand messages, so the
 * smaller they are, the sooner the end of a flood arrives.
 */
export const MAX_STREAM_TEXT = 1 << 15;
/** The length of output from which on a cell has to wait until some of it has been sent. */
export const MAX_BACKLOG = 1 << 20;

/** The number of characters that this output counts for in `OUTPUT_BACKLOG`. */
export function outputLength(message: Extract<ToWire, { kind: "stream" | "publish" }>): number {
  if (message.kind === "stream") return message.text.length;
  const { content, buffers = [] } = message;
  return content.length + buffers.reduce((length, { byteLength }) => length + byteLength, 0);
}
