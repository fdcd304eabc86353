import path from "node:path";
import { parseArgs } from "node:util";
import { MessageChannel, Worker } from "node:worker_threads";
import type { Conversion } from "./compiler/compiler";
import { installDisplay } from "./compiler/tslab";
import { begin, Cell, cellOf, currentCell } from "./session/cell";
import { Comms } from "./session/comms";
import { Errors } from "./session/errors";
import { Execution } from "./session/execution";
import { Input } from "./session/input";
import { Interrupts } from "./session/interrupts";
import { Modules } from "./session/modules";
import { Output } from "./session/output";
import { encodeBytes, toBundle, type MimeBundle } from "./session/results";
import { bindTimersToCells } from "./session/timers";
import { caller, ENDED, SHARED_CELLS, type Content, type Shared, type ToSession, type ToWire } from "./threads";
import type { WireData } from "./wire/wire";

/** The signal of the running cell, for code that can stop at a good place when the cell is interrupted. */
const INTERRUPT = Symbol.for("Jupyter.interrupt");

/**
 * Megabytes that the compiler's heap may take. V8 lets garbage gather up to four times what lives where there is no limit,
 * below this one up to some 1.6 times; what lives is 80 MB, 150 with the types of tfjs-node.
 */
const COMPILER_HEAP = 1024;
/** Megabytes for what is young in the wire's heap, messages on their way; V8 would take 48 before it looks for garbage. */
const WIRE_YOUNG = 12;
/** Milliseconds that the wire is given to say that the process ends. */
const LAST_WORDS = 2000;

/** Thrown to have Node put itself in order, and caught by nobody. */
const UNWOUND = new Error("unwound");

function main(): void {
  const { values } = parseArgs({
    options: { "connection-file": { type: "string" }, "allow-unsigned": { type: "boolean", default: false } },
  });
  const connectionFile = values["connection-file"];
  if (connectionFile === undefined) {
    console.error("Usage: node src/kernel/main.cjs --connection-file FILE [--allow-unsigned]");
    process.exit(2);
  }

  const stdin = new MessageChannel();
  const link = new MessageChannel();
  const shared: Shared = new Int32Array(new SharedArrayBuffer(4 * SHARED_CELLS));
  const wireData: WireData = {
    connectionFile,
    allowUnsigned: values["allow-unsigned"],
    compiler: link.port1,
    stdin: stdin.port2,
    shared,
  };
  const wire = new Worker(path.join(__dirname, "wire.js"), {
    workerData: wireData,
    transferList: [link.port1, stdin.port2],
    resourceLimits: { maxYoungGenerationSizeMb: WIRE_YOUNG },
  });
  const compiler = new Worker(path.join(__dirname, "compiler.js"), {
    workerData: { wire: link.port2 },
    transferList: [link.port2],
    resourceLimits: { maxOldGenerationSizeMb: COMPILER_HEAP },
  });
  for (const thread of [wire, compiler]) {
    thread.on("error", (error: Error) => {
      process.stderr.write = Object.getPrototypeOf(process.stderr).write as typeof process.stderr.write;
      console.error(error);
      process.exit(1);
    });
  }

  const post = (message: ToWire): void => wire.postMessage(message);
  const callCompiler = caller(compiler);
  const output = new Output(post);
  const errors = new Errors();
  const modules = new Modules(process.cwd());
  const interrupts = new Interrupts(shared, () => post({ kind: "interrupted" }));
  const comms = new Comms(output);
  const execution = new Execution({
    compile: (code, label) => callCompiler("convert", code, label) as Promise<Conversion>,
    commit: (id, assigned) => callCompiler("commit", id, assigned),
    forget: (id) => callCompiler("forget", id),
    output,
    errors,
    modules,
    interrupts,
  });
  addGlobals(output, errors, comms, new Input(post, stdin.port1, shared));
  installDisplay(({ data, metadata, transient }, update) => {
    output.display(encodeBytes({ ...data }), metadata, transient?.display_id, update);
  });

  const answer = ({ request, type, content, metadata, buffers }: Extract<ToSession, { kind: "request" }>): void => {
    const reply = (answered: Content): void => post({ kind: "reply", request, content: answered });
    if (type === "execute_request") execution.execute(request, content, reply);
    else if (type === "comm_info_request") reply(comms.info(content.target_name));
    else {
      const cell = begin(new Cell(request));
      const failed = (error: unknown): void => {
        output.publish("error", { ...errors.describe(error, "In a comm: ") }, cell);
        reply({});
      };
      cell.run(
        () => comms.receive(type, content, metadata, buffers),
        () => reply({}),
        failed,
      );
    }
  };
  wire.on("message", (message: ToSession) => {
    switch (message.kind) {
      case "request":
        answer(message);
        break;
      case "interrupt":
        if (interrupts.take(message.number, execution.runningCells)) modules.forgetUnfinished();
        // Terminated code may have left its marks on Node's stack of asynchronous calls; Node clears it at an error.
        if (message.terminated) throw UNWOUND;
        break;
      case "exit":
        exit(0);
    }
  });
  process.on("SIGINT", () => post({ kind: "sigint" }));
  process.on("uncaughtException", (error) => {
    if (error !== UNWOUND) execution.escaped(error, "callback", currentCell());
  });
  process.on("unhandledRejection", (reason, promise) => execution.escaped(reason, "promise", cellOf(promise)));

  // A cell may end the process, as any program may. The wire then says so and closes its sockets, while this thread waits:
  // ZeroMQ aborts a process that ends with open ones. The last of the listeners, so that those of the cells are heard.
  const exit = process.exit;
  process.exit = (...code) => {
    process.once("exit", (ended) => {
      post({ kind: "ended", code: ended, request: currentCell()?.request });
      Atomics.wait(shared, ENDED, 0, LAST_WORDS);
    });
    return exit(...code);
  };
  bindTimersToCells((error, cell) => execution.escaped(error, "timer", cell));
  output.capture();
}

/** What cells find without an import; session/globals.d.ts.txt has the types. */
function addGlobals(output: Output, errors: Errors, comms: Comms, input: Input): void {
  const jupyter = {
    async display(
      value: unknown,
      options: { id?: string; update?: boolean; raw?: boolean; metadata?: Content } = {},
    ): Promise<void> {
      const bundle = options.raw ? encodeBytes({ ...(value as MimeBundle) }) : await toBundle(value);
      output.display(bundle, options.metadata, options.id, options.update);
    },
    clearOutput: ({ wait = false } = {}) => output.clear(wait),
    password: input.password,
    comms,
    get showInternals() {
      return errors.showInternals;
    },
    set showInternals(shown: boolean) {
      errors.showInternals = shown;
    },
  };
  Object.assign(globalThis, { Jupyter: jupyter, prompt: input.prompt, confirm: input.confirm });
  Object.defineProperty(globalThis, INTERRUPT, { get: () => currentCell()?.signal, configurable: true });
}

main();
