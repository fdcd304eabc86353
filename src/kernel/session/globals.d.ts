// What the kernel adds to every cell. The cells' names win: a cell may declare any of these itself.

/** The last result. */
declare var _: any;
/** The result before it. */
declare var __: any;
/** Results by execution count. */
declare var Out: Record<number, any>;
/** The cells' sources by execution count. */
declare var In: string[];

/** Asks for a line of text; `fallback` when it is empty. */
declare function prompt(message?: string, fallback?: string): string;
/** Asks a question; true for an answer that begins with y. */
declare function confirm(message?: string): boolean;

/** The kernel. */
declare namespace Jupyter {
  type Json = Record<string, unknown>;

  /** Shows a value: a MIME bundle of its own making, a picture, HTML, SVG or text. With an `id` it can be updated. */
  function display(value: unknown, options?: { id?: string; update?: boolean; raw?: boolean; metadata?: Json }): Promise<void>;
  /** Removes the cell's output; with `wait` when the next output comes. */
  function clearOutput(options?: { wait?: boolean }): void;
  /** Asks for a line that is not shown while it is typed. */
  function password(message?: string): string;
  /** Whether tracebacks show the frames of the kernel and of Node.js too. */
  let showInternals: boolean;

  interface CommMessage {
    readonly data: Json;
    readonly metadata: Json;
    readonly buffers: readonly Uint8Array[];
  }
  /** A connection between an object here and one in the front end. */
  interface Comm {
    readonly id: string;
    readonly target: string;
    onMessage(listener: (message: CommMessage) => unknown): void;
    onClose(listener: (message: CommMessage) => unknown): void;
    send(data: Json, metadata?: Json, buffers?: Uint8Array[]): void;
    close(data?: Json): void;
  }
  const comms: {
    /** Lets a front end open comms at `name`. */
    registerTarget(name: string, target: (comm: Comm, opened: CommMessage) => unknown): void;
    /** Opens a comm at the front end's target `name`. */
    open(name: string, data?: Json, metadata?: Json, buffers?: Uint8Array[]): Comm;
  };
}
