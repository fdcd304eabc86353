import type { MessagePort, Worker } from "node:worker_threads";

/*
 * Function calls between threads. One side serves an object of functions, the other derives its client from the type of
 * that object, so a call with a wrong name or argument doesn't compile.
 */

type Functions = Record<string, (...parameters: never[]) => unknown>;

/** The functions of `Served`, called from another thread. */
export type RpcClient<Served extends Functions> = {
  readonly [Name in keyof Served]: (
    ...parameters: Parameters<Served[Name]>
  ) => Promise<Awaited<ReturnType<Served[Name]>>>;
};

interface Call {
  readonly call: number;
  readonly method: string;
  readonly parameters: unknown[];
}
interface Return {
  readonly returned: number;
  /**
   * The JSON of the value, so that its objects are created by the code that receives them. Those of a message would
   * have the built-in methods of the realm where cells run, which a cell may have damaged.
   */
  readonly json?: string;
  /** The stack of what was thrown. */
  readonly error?: string;
}

/** A client for the functions that the thread at the other end of `port` serves. */
export function createRpcClient<Served extends Functions>(port: MessagePort | Worker): RpcClient<Served> {
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastCall = 0;
  port.on("message", (message: Return) => {
    const call = pending.get(message.returned);
    if (!call) return;
    pending.delete(message.returned);
    if (message.error === undefined) call.resolve(message.json === undefined ? undefined : JSON.parse(message.json));
    else call.reject(new Error(message.error));
  });
  const call =
    (method: string) =>
    (...parameters: unknown[]): Promise<unknown> =>
      new Promise((resolve, reject) => {
        pending.set(++lastCall, { resolve, reject });
        port.postMessage({ call: lastCall, method, parameters } satisfies Call);
      });
  return new Proxy({}, { get: (_, method) => call(method as string) }) as RpcClient<Served>;
}

/** Serves `functions`, which may return promises, to the client at the other end of `port`. */
export function serveRpc(port: MessagePort, functions: Functions): void {
  const answer = (answered: Return): void => port.postMessage(answered);
  port.on("message", ({ call, method, parameters }: Call) => {
    const failed = (error: unknown): void =>
      answer({ returned: call, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    try {
      const value = functions[method](...(parameters as never[]));
      const succeeded = (result: unknown): void => answer({ returned: call, json: JSON.stringify(result) });
      if (value instanceof Promise) value.then(succeeded, failed);
      else succeeded(value);
    } catch (error) {
      failed(error);
    }
  });
}
