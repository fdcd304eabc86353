import path from "node:path";
import { type MessagePort, parentPort, Worker, workerData } from "node:worker_threads";
import type { CompilerFunctions } from "../compiler/compiler";
import { Debugger } from "../debugger/debugger";
import { setLogDescriptor } from "../log";
import { ENDED, INPUT, type Shared, type StdinAnswer, type ThreadData, type ToSession, type ToWire } from "../protocol";
import { createRpcClient } from "../rpc";
import { CellHistory, historyFile } from "./cell-history";
import { readConnection } from "./connection";
import { InterruptSender } from "./interrupt-sender";
import { Kernel } from "./kernel";
import { MessageCodec } from "./message-codec";
import { OutputBacklog } from "./output-backlog";
import { watchParent } from "./parent-watch";
import { Sender } from "./sender";
import { SessionClient } from "./session-client";
import { openSockets } from "./sockets";

/** What the wire is started with. */
export interface WireData extends ThreadData {
  /** To the compiler's thread. */
  readonly compiler: MessagePort;
  /** Carries input to the session while it sleeps. */
  readonly stdin: MessagePort;
  readonly shared: Shared;
}

const STUCK_NOTE =
  "The cell can't be interrupted at the moment: it's inside a native function. " +
  "Interrupt again to end the kernel; its variables will be lost.";

async function main(): Promise<void> {
  if (!parentPort) throw new Error("wire-thread runs in a thread of the kernel, not by itself.");
  const session = parentPort;
  const { connectionFile, allowUnsigned, compiler, stdin, shared, pipes } = workerData as WireData;
  if (pipes) setLogDescriptor(pipes.log);
  const connection = readConnection(connectionFile, allowUnsigned);
  const codec = new MessageCodec(connection.key, connection.hash);
  const sockets = await openSockets(connection);

  const postToSession = (message: ToSession): void => session.postMessage(message);
  const wake = (index: number): void => {
    Atomics.store(shared, index, 1);
    Atomics.notify(shared, index);
  };
  const answerInput = (answer: StdinAnswer): void => {
    stdin.postMessage(answer);
    wake(INPUT);
  };
  const backlog = new OutputBacklog(shared);
  const sender = new Sender(codec, sockets, backlog);
  const compilerFunctions = createRpcClient<CompilerFunctions>(compiler);
  const debug = new Debugger(compilerFunctions, {
    event: (event) => sender.debugEvent(event),
    text: (text) => sender.publish({ parent: client.latestHeader, type: "stream", content: { name: "stdout", text } }),
  });
  const interrupts = new InterruptSender(postToSession, shared, debug, () => client.note(STUCK_NOTE));
  const client: SessionClient = new SessionClient(
    sender,
    postToSession,
    answerInput,
    backlog,
    () => interrupts.settled,
  );
  const kernel = new Kernel({
    codec,
    sockets,
    sender,
    session: client,
    compiler: compilerFunctions,
    history: new CellHistory(historyFile),
    postToSession,
    interrupts,
    debugger: debug,
  });
  session.on("message", (message: ToWire) => {
    if (message.kind === "interrupted") interrupts.sessionHandledInterrupt();
    else if (message.kind === "ended") void kernel.exited(message.code, message.request).then(() => wake(ENDED));
    else if (message.kind === "signal" && message.signal === "SIGINT") void kernel.interrupt();
    else if (message.kind === "signal") kernel.end();
    else client.receive(message);
  });
  if (pipes) client.captureProcessOutput(pipes);
  kernel.start();

  const sigint = new Worker(path.join(__dirname, "sigint-thread.js"));
  sigint.on("message", () => void kernel.interrupt());
  sigint.unref();
  watchParent(() => kernel.end());
}

void main();
