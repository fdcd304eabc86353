import type { MessagePort, Worker } from "node:worker_threads";
import type { CompilerFunctions } from "../compiler/compiler";
import { ENDED, type Content, type Shared, type ToSession, type ToWire } from "../protocol";
import { createRpcClient } from "../rpc";
import { Cell, cellOf, currentCell, setLatestCell } from "./cell";
import { Comms } from "./comms";
import { describeError } from "./describe-error";
import { Errors } from "./errors";
import { Execution } from "./execution";
import { addGlobals } from "./globals";
import { Input } from "./input";
import { InterruptHandler } from "./interrupt-handler";
import { Modules } from "./modules";
import { Output } from "./output";
import { encodeBytes } from "./results";
import { serialize } from "./serialize";
import { bindTimersToCells } from "./timers";
import { installDisplay } from "./tslab";

/** The other threads, and what the session shares with them. */
export interface Threads {
  readonly wire: Worker;
  readonly compiler: Worker;
  /** Brings input while the session sleeps. */
  readonly stdin: MessagePort;
  readonly shared: Shared;
  /** The descriptor of the log, if it isn't 2. */
  readonly log: number | undefined;
}

/** How long the wire gets to tell the client that the process is ending. */
const EXIT_MESSAGE_MS = 2000;

/**
 * Terminated code may leave its marks on Node's stack of asynchronous calls. Node clears that stack when an error
 * reaches the top; this one is thrown for that purpose and ignored there.
 */
const RESET_ASYNC_STACK = new Error("reset the stack of asynchronous calls");

/** Prepares this thread to run cells, and runs those that the wire sends. */
export function startSession({ wire, compiler, stdin, shared, log }: Threads): void {
  const post = (message: ToWire): void => wire.postMessage(message);
  const output = new Output(post, shared);
  const errors = new Errors();
  errors.install();
  const modules = new Modules(process.cwd());
  const interrupts = new InterruptHandler(shared, () => post({ kind: "interrupted" }));
  const comms = new Comms(output);
  const execution = new Execution({
    compiler: createRpcClient<CompilerFunctions>(compiler),
    output,
    errors,
    modules,
    interrupts,
    comms,
  });
  addGlobals(output, errors, comms, new Input(post, stdin, shared));
  installDisplay(({ data, metadata, transient }, update) => {
    output.display(encodeBytes({ ...data }), metadata, transient?.display_id, update);
  });

  const handleComm = ({ request, type, content, metadata, buffers }: Request, reply: Reply): void => {
    const cell = setLatestCell(new Cell(request, undefined, comms.cellOf(content.comm_id)));
    cell.run(
      () => comms.receive(type, content, metadata, buffers),
      () => reply({}),
      (error) => {
        output.publish("error", { ...describeError(errors, error, "In a comm: ") }, cell);
        reply({});
      },
    );
  };
  const handleRequest = (message: Request): void => {
    const { request, type, content, metadata } = message;
    const reply: Reply = (answer) => post({ kind: "reply", request, content: serialize(answer, `Reply to ${type}`) });
    if (type === "execute_request") execution.execute(request, content, metadata, reply);
    else if (type === "comm_info_request") reply(comms.info(content.target_name));
    else handleComm(message, reply);
  };
  const exit = announceExit((code) => {
    post({ kind: "ended", code, request: currentCell()?.request });
    Atomics.wait(shared, ENDED, 0, EXIT_MESSAGE_MS);
  });
  wire.on("message", (message: ToSession) => {
    switch (message.kind) {
      case "request":
        handleRequest(message);
        break;
      case "interrupt":
        if (interrupts.handleInterrupt(message.number, execution.runningCells)) modules.forgetUnfinished();
        if (message.terminated) throw RESET_ASYNC_STACK;
        break;
      case "exit":
        exit(0);
    }
  });
  process.on("SIGINT", () => post({ kind: "signal", signal: "SIGINT" }));
  // By default SIGTERM would end this process only, and not those that cells have started.
  process.on("SIGTERM", () => post({ kind: "signal", signal: "SIGTERM" }));
  process.on("uncaughtException", (error) => {
    if (error !== RESET_ASYNC_STACK) execution.handleUncaught(error, "callback", currentCell());
  });
  process.on("unhandledRejection", (reason, promise) => execution.handleUncaught(reason, "promise", cellOf(promise)));
  bindTimersToCells((error, cell) => execution.handleUncaught(error, "timer", cell));
  output.capture(log);
}

type Request = Extract<ToSession, { kind: "request" }>;
type Reply = (content: Content) => void;

/**
 * A cell may end the process, as any program may. The wire then tells the client and closes its sockets while this
 * thread waits in `announce`: ZeroMQ aborts a process that ends with open sockets.
 * @returns the original `process.exit`, which doesn't announce anything
 */
function announceExit(announce: (code: number) => void): typeof process.exit {
  const exit = process.exit;
  process.exit = (...code) => {
    process.once("exit", announce); // The last listener, after those that cells have added.
    return exit(...code);
  };
  return exit;
}
