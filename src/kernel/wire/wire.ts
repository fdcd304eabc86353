import path from "node:path";
import { type MessagePort, parentPort, Worker, workerData } from "node:worker_threads";
import { caller, ENDED, INPUT, type Shared, type ThreadData, type ToSession, type ToWire } from "../threads";
import { readConnection } from "./connection";
import { Interrupts } from "./interrupts";
import { Kernel } from "./kernel";
import { Wire } from "./message";
import { openSockets } from "./sockets";

/** Ports that the wire is started with, beside what every thread knows. */
export interface WireData extends ThreadData {
  /** To the compiler's thread. */
  readonly compiler: MessagePort;
  /** Brings input to the session while it sleeps. */
  readonly stdin: MessagePort;
  readonly shared: Shared;
}

/** Milliseconds between two looks whether the process that started the kernel still lives. */
const PARENT_CHECK = 1000;

async function main(): Promise<void> {
  const session = parentPort;
  if (!session) throw new Error("The wire runs in a thread of the kernel, not by itself.");
  const data = workerData as WireData;
  const connection = readConnection(data.connectionFile, data.allowUnsigned);
  const post = (message: ToSession): void => session.postMessage(message);
  const interrupts = new Interrupts(post, data.shared);

  const kernel: Kernel = new Kernel({
    wire: new Wire(connection.key, connection.hash),
    post,
    callCompiler: caller(data.compiler),
    answerInput(answer) {
      data.stdin.postMessage(answer);
      Atomics.store(data.shared, INPUT, 1);
      Atomics.notify(data.shared, INPUT);
    },
    interrupt: () => interrupts.interrupt(),
  });
  session.on("message", (message: ToWire) => {
    if (message.kind === "interrupted") interrupts.look();
    else if (message.kind === "ended") {
      void kernel.ended(message.code, message.request).then(() => {
        Atomics.store(data.shared, ENDED, 1);
        Atomics.notify(data.shared, ENDED);
      });
    } else if (message.kind === "sigint") void kernel.interrupt();
    else kernel.fromSession(message);
  });
  kernel.start(
    await openSockets(connection, {
      shell: (frames) => kernel.receive("shell", frames),
      control: (frames) => kernel.receive("control", frames),
      stdin: (frames) => kernel.receive("stdin", frames),
      subscribed: (topic) => kernel.welcome(topic),
    }),
  );

  const signals = new Worker(path.join(__dirname, "signals.js"));
  signals.on("message", () => void kernel.interrupt());
  signals.unref();

  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) kernel.end();
  }, PARENT_CHECK).unref();
}

void main();
