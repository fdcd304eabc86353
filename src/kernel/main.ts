import path from "node:path";
import { parseArgs } from "node:util";
import { MessageChannel, Worker, type MessagePort } from "node:worker_threads";
import { log, messageOf, writeToLog } from "./log";
import { redirectOutput, type OutputPipes } from "./output-pipes";
import { SHARED_LENGTH, type Shared, type ThreadData } from "./protocol";
import { startSession } from "./session/session";
import type { WireData } from "./wire/wire-thread";

/** Limits what is young in the wire's heap, which is messages on their way. V8's own limit is 48 MB. */
const WIRE_YOUNG_GENERATION_MB = 12;

function main(): void {
  const commandLine = parseCommandLine();
  const pipes = tryToRedirectOutput();
  const { wire, compiler, stdin, shared } = startThreads({ ...commandLine, pipes });
  for (const thread of [wire, compiler]) thread.on("error", (error) => endWithError(error, pipes?.log));
  startSession({ wire, compiler, stdin, shared, log: pipes?.log });
}

function parseCommandLine(): Omit<ThreadData, "pipes"> {
  const { values } = parseArgs({
    options: { "connection-file": { type: "string" }, "allow-unsigned": { type: "boolean", default: false } },
    strict: false, // `jupyter run` and `jupyter console` pass their own arguments on.
  });
  const { "connection-file": connectionFile, "allow-unsigned": allowUnsigned } = values;
  if (typeof connectionFile !== "string") {
    console.error("Usage: node src/kernel/main.cjs --connection-file FILE [--allow-unsigned]");
    process.exit(2);
  }
  return { connectionFile, allowUnsigned: allowUnsigned === true };
}

function tryToRedirectOutput(): OutputPipes | undefined {
  try {
    return redirectOutput();
  } catch (error) {
    log(`The output of child processes doesn't appear in notebooks: ${messageOf(error)}`);
    return undefined;
  }
}

function startThreads(data: ThreadData): { wire: Worker; compiler: Worker; stdin: MessagePort; shared: Shared } {
  const stdin = new MessageChannel();
  const rpc = new MessageChannel();
  const shared: Shared = new Int32Array(new SharedArrayBuffer(4 * SHARED_LENGTH));
  const wireData: WireData = { ...data, compiler: rpc.port1, stdin: stdin.port2, shared };
  const wire = new Worker(path.join(__dirname, "wire-thread.js"), {
    workerData: wireData,
    transferList: [rpc.port1, stdin.port2],
    resourceLimits: { maxYoungGenerationSizeMb: WIRE_YOUNG_GENERATION_MB },
  });
  const compiler = new Worker(path.join(__dirname, "compiler.js"), {
    workerData: { wire: rpc.port2, shared },
    transferList: [rpc.port2],
  });
  return { wire, compiler, stdin: stdin.port1, shared };
}

/** A thread of the kernel can't go on. */
function endWithError(error: Error, log = 2): void {
  writeToLog(log, `${error.stack ?? error.message}\n`);
  process.exit(1);
}

main();
