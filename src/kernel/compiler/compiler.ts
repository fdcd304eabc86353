import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, Worker, workerData, type MessagePort } from "node:worker_threads";
import type { Content } from "../protocol";
import { createRpcClient, serveRpc, type RpcClient } from "../rpc";
import type { CompilerWorkerFunctions } from "./compiler-worker";
import type { ErrorContent } from "./diagnostics";

/*
 * The compiler as the other threads see it. A thread of its own does the work, compiler-worker.ts, because TypeScript
 * looks at its cancellation token only between two declarations: to end a type check within one, that thread is
 * replaced, and the new one is told which cells have run.
 */

/** What the session gets of a cell. */
export type Conversion =
  | { readonly error: ErrorContent }
  | {
      readonly error?: undefined;
      /** Number of this conversion, for `commit`. */
      readonly id: number;
      /** A function expression; see `PARAMETERS` in shared-variables.ts. */
      readonly javaScript: string;
      /** The variables that it declares. */
      readonly names: readonly string[];
      /** From the JavaScript back to the cell's file, to be applied in this order. */
      readonly sourceMaps: readonly string[];
      /** Files of the user's that the cell imports, by the specifier under which it does. */
      readonly files: Readonly<Record<string, string>>;
      /** The module that the cell makes, if it says so. */
      readonly module?: { readonly path: string; readonly javaScript: string };
    };

/** A cell that has run. */
export interface CommittedCell {
  readonly code: string;
  readonly label: string;
  /** The variables that it had assigned when it failed; undefined if it ran to its end. */
  readonly assigned?: readonly string[];
}

/** What the debugger needs to know of a cell. */
export interface CellSource {
  readonly code: string;
  /** From the JavaScript back to the cell's file, to be applied in this order. */
  readonly sourceMaps: readonly string[];
}

/** What the worker is started with. */
export interface CompilerWorkerData {
  readonly folder: string;
  /** 1 asks for the present work to be given up. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

/**
 * Limits the worker's heap. Without a limit V8 lets garbage grow to four times what is in use, below this one to about
 * 1.6 times; in use are 80 MB, or 150 MB with the types of tfjs-node.
 */
const HEAP_MB = 1024;
/** For deeply nested code and types. */
const STACK_MB = 32;
/** Cells that can be debugged when they have run. */
const KEPT_SOURCES = 1000;
/** How long TypeScript gets to notice that its work is cancelled. */
const CANCEL_GRACE_MS = 400;

type Method = keyof CompilerWorkerFunctions;

interface Call {
  readonly method: Method;
  /** Settles with the call. */
  readonly done: Promise<unknown>;
  readonly reject: (reason: Error) => void;
}

const folder = process.cwd();
const cancelled = new Int32Array(new SharedArrayBuffer(4));
const pending = new Set<Call>();
const committed: CommittedCell[] = [];
const conversions = new Map<number, { code: string; label: string; inWorker: number; worker: Worker }>();
/** The latest cells by label, oldest first. */
const sources = new Map<string, CellSource>();
let lastId = 0;
let worker: Worker;
let client: RpcClient<CompilerWorkerFunctions>;
/** Whether the present worker has answered a call. */
let works = false;
/** Settles when nothing is being cancelled any more. */
let cancelling: Promise<void> = Promise.resolve();

function start(): void {
  works = false;
  const started = new Worker(path.join(__dirname, "compiler-worker.js"), {
    workerData: { folder, cancelled } satisfies CompilerWorkerData,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, stackSizeMb: STACK_MB },
  });
  started.on("error", (error: Error & { code?: string }) => {
    if (started !== worker) return;
    // A worker that cannot even start will not do so the next time either.
    if (!works) throw error;
    const isMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY";
    replaceWorker(
      isMemory ? `The compiler ran out of memory (${HEAP_MB} MB).` : `The compiler failed: ${error.message}`,
    );
  });
  worker = started;
  client = createRpcClient<CompilerWorkerFunctions>(started);
}

/** Goes on with a new worker, in which the same cells have run; calls that wait fail for `reason`. */
function replaceWorker(reason: string): void {
  void worker.terminate();
  start();
  void client.replay(committed);
  const failed = [...pending];
  pending.clear();
  for (const { reject } of failed) reject(new Error(reason));
}

/** Waits for the worker's answer, or for the end of the worker. */
async function answered<T>(method: Method, answer: Promise<T>): Promise<T> {
  let reject: Call["reject"] = () => {};
  const ended = new Promise<never>((_, failed) => (reject = failed));
  const call: Call = { method, reject, done: answer.catch(() => {}) };
  pending.add(call);
  try {
    const value = await Promise.race([answer, ended]);
    works = true;
    return value;
  } finally {
    pending.delete(call);
  }
}

async function convert(code: string, label: string): Promise<Conversion> {
  await cancelling;
  const converting = worker;
  const conversion = await answered("convert", client.convert(code, label));
  if (conversion.error) return conversion;
  if (conversion.module) committed.push({ code, label });
  sources.set(label, { code, sourceMaps: conversion.sourceMaps });
  if (sources.size > KEPT_SOURCES) sources.delete(sources.keys().next().value as string);
  conversions.set(++lastId, { code, label, inWorker: conversion.id, worker: converting });
  return { ...conversion, id: lastId };
}

/**
 * Keeps what the cell of conversion `id` declared.
 * @param assigned the variables that it had assigned when it failed; undefined if it ran to its end
 */
async function commit(id: number, assigned?: readonly string[]): Promise<void> {
  const conversion = conversions.get(id);
  conversions.delete(id);
  if (!conversion) return;
  const { code, label, inWorker } = conversion;
  if (inWorker === 0) return; // A module.
  const cell = { code, label, assigned };
  committed.push(cell);
  await (conversion.worker === worker ? client.commit(inWorker, assigned) : client.replay([cell]));
}

function forget(id: number): void {
  const conversion = conversions.get(id);
  conversions.delete(id);
  if (conversion && conversion.worker === worker) void client.forget(conversion.inWorker);
}

/** Gives up what is being compiled: its cell was interrupted. */
function cancel(): void {
  const waiting = [...pending].filter(({ method }) => method === "convert");
  if (waiting.length === 0) return;
  const giveUp = async (): Promise<void> => {
    Atomics.store(cancelled, 0, 1);
    await Promise.race([Promise.all(waiting.map(({ done }) => done)), sleep(CANCEL_GRACE_MS)]);
    if (waiting.some((call) => pending.has(call))) replaceWorker("The compiler was interrupted.");
    Atomics.store(cancelled, 0, 0);
  };
  cancelling = giveUp();
}

/** What the other threads can call. */
export type CompilerFunctions = typeof functions;
const functions = {
  convert,
  commit,
  forget,
  cancel,
  complete: (code: string, cursor: number): Promise<Content> => answered("complete", client.complete(code, cursor)),
  inspect: (code: string, cursor: number, level: 0 | 1): Promise<Content> =>
    answered("inspect", client.inspect(code, cursor, level)),
  isComplete: (code: string): Promise<Content> => answered("isComplete", client.isComplete(code)),
  /** The source of the cell whose script is called `label`. */
  sourceOf: (label: string): CellSource | undefined => sources.get(label),
  debugExpression: (code: string, names: readonly string[], scope: string): Promise<string> =>
    answered("debugExpression", client.debugExpression(code, names, scope)),
  isCaught: (code: string, line: number, column: number): Promise<boolean> =>
    answered("isCaught", client.isCaught(code, line, column)),
};
start();
serveRpc((workerData as { wire: MessagePort }).wire, functions);
if (parentPort) serveRpc(parentPort, functions);
