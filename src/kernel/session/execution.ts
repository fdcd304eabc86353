import { Script } from "node:vm";
import type { CompilerFunctions, Conversion } from "../compiler/compiler";
import type { ErrorContent } from "../compiler/diagnostics";
import type { Content } from "../protocol";
import type { RpcClient } from "../rpc";
import { Cell, cellLabel, currentCell, Interrupted, setLatestCell } from "./cell";
import { describeError } from "./describe-error";
import type { Errors } from "./errors";
import type { InterruptHandler } from "./interrupt-handler";
import type { Modules } from "./modules";
import type { Output } from "./output";
import { cells, fromCell } from "./realm";
import { toBundle, type MimeBundle } from "./results";
import { serialize, truncate } from "./serialize";

type Converted = Exclude<Conversion, { error: ErrorContent }>;
/** What the execution of cells needs. */
export interface ExecutionServices {
  readonly compiler: RpcClient<CompilerFunctions>;
  readonly output: Output;
  readonly errors: Errors;
  readonly modules: Modules;
  readonly interrupts: InterruptHandler;
}

/** Results that `Out` keeps, as many as in IPython. */
const MAX_RESULTS = 1000;

/** Characters of a result that the history keeps. */
const MAX_HISTORY_TEXT = 10_000;

/** Runs cells and keeps their variables. */
export class Execution {
  /** The cells' variables; emitted code reads and writes them as properties. */
  private readonly variables: Record<string, unknown> = {};
  private readonly exports = trackAssignments(this.variables);
  private readonly inputs: string[] = cells.Array.of("");
  private readonly results = new cells.Object() as Record<number, unknown>;
  private readonly running = new Set<Cell>();

  constructor(private readonly services: ExecutionServices) {
    Object.assign(cells, { In: this.inputs, Out: this.results, _: undefined, __: undefined });
  }

  /** Runs the code of an `execute_request`. `reply` is called once, with the reply's content and the result as text. */
  execute(request: number, content: Content, reply: (content: Content) => void): void {
    const {
      code,
      count,
      silent,
      store_history: stored,
      user_expressions: expressions,
    } = content as {
      code: string;
      count: number;
      silent: boolean;
      store_history: boolean;
      user_expressions?: unknown;
    };
    const { output, compiler } = this.services;
    const cell = setLatestCell(new Cell(request, count));
    if (stored) this.inputs[count] = code;
    let conversion: Converted | undefined;

    const run = async (): Promise<Content> => {
      conversion = await this.convert(code, cell.label);
      if (cell.interrupted) throw new Interrupted(); // During the compilation.
      const value = await this.call(cell, conversion);
      const bundle = value === undefined || conversion.silenced ? undefined : await toBundle(value);
      await compiler.commit(conversion.id);
      if (value !== undefined && stored) this.remember(count, value);
      if (bundle && !silent)
        output.publish("execute_result", { execution_count: count, data: bundle, metadata: {} }, cell);
      return {
        status: "ok",
        user_expressions: await this.evaluate(cell, expressions),
        payload: [],
        result: resultText(bundle),
      };
    };
    const end = (answer: Content): void => {
      this.running.delete(cell);
      reply(answer);
    };
    this.running.add(cell);
    cell.run(run, end, (error) => {
      if (conversion) void compiler.commit(conversion.id, [...cell.assigned]);
      const described = this.describe(error);
      if (!silent) output.publish("error", { ...described }, cell);
      end({ status: "error", ...described, user_expressions: {}, payload: [] });
    });
  }

  /** Reports an error of `cell` that no code caught, in a timer or a promise. It ends the cell if that is still running. */
  handleUncaught(error: unknown, kind: "timer" | "promise" | "callback", cell: Cell | undefined): void {
    if (!cell || error instanceof Interrupted || cell.stop(error)) return;
    const origin = `Uncaught in a ${kind} of ${cell.label}, after the cell had ended: `;
    this.services.output.publish("error", { ...describeError(this.services.errors, error, origin) }, cell);
  }

  /** The cells that are running; with subshells there can be several. */
  get runningCells(): ReadonlySet<Cell> {
    return this.running;
  }

  private async convert(code: string, label: string): Promise<Converted> {
    const { compiler, errors, modules } = this.services;
    const conversion = await compiler.convert(code, label);
    if (conversion.error) throw new TypeErrors(conversion.error);
    errors.remember(label, code, conversion.sourceMaps);
    modules.define(conversion.modules);
    modules.refresh();
    return conversion;
  }

  /** Calls the emitted JavaScript as a function, so that the next cell may declare the same names again. */
  private async call(cell: Cell, conversion: Converted): Promise<unknown> {
    const { interrupts, modules } = this.services;
    const source = `(${conversion.isAsync ? "async " : ""}function (exports, require, __await, __iterate) {\n${conversion.javaScript}\n})`;
    const run = new Script(source, { filename: cell.label, lineOffset: -1 }).runInThisContext() as (
      ...parameters: unknown[]
    ) => unknown;
    await fromCell(run(this.exports, modules.require, interrupts.wait, interrupts.iterate));
    const { resultName } = conversion;
    if (resultName === undefined) return undefined;
    const value = this.variables[resultName];
    delete this.variables[resultName];
    return value;
  }

  private async evaluate(cell: Cell, expressions: unknown): Promise<Content> {
    const results: Content = {};
    for (const [name, expression] of Object.entries((expressions ?? {}) as Record<string, unknown>)) {
      try {
        const conversion = await this.services.compiler.convert(`(${String(expression)})`, cellLabel(undefined));
        if (conversion.error) throw new TypeErrors(conversion.error);
        const data = await toBundle(await this.call(cell, conversion));
        await this.services.compiler.forget(conversion.id);
        const result = { status: "ok", data, metadata: {} };
        serialize(result, `user_expressions: ${name}`);
        results[name] = result;
      } catch (error) {
        results[name] = { status: "error", ...this.describe(error) };
      }
    }
    return results;
  }

  private describe(thrown: unknown): ErrorContent {
    // A child process that the interrupt's signal ended, before the interrupt was handled here.
    const error = isEndedByInterrupt(thrown) ? new Interrupted({ cause: thrown }) : thrown;
    return error instanceof TypeErrors ? error.content : describeError(this.services.errors, error);
  }

  private remember(count: number, value: unknown): void {
    this.results[count] = value;
    delete this.results[count - MAX_RESULTS];
    const globals = cells as { _?: unknown; __?: unknown };
    Object.assign(globals, { __: globals._, _: value });
  }
}

/** The text of a result, for the history. */
function resultText(bundle: MimeBundle | undefined): string | undefined {
  const text = bundle?.["text/plain"];
  return typeof text === "string" ? truncate(text, MAX_HISTORY_TEXT) : undefined;
}

function isEndedByInterrupt(error: unknown): boolean {
  return error instanceof Error && (error as { signal?: unknown }).signal === "SIGINT";
}

/** The type errors of a cell, which therefore doesn't run. */
class TypeErrors extends Error {
  constructor(readonly content: ErrorContent) {
    super(content.evalue);
  }
}

/** The object that emitted code uses as its module's exports. It records which names a cell has assigned. */
function trackAssignments(variables: Record<string, unknown>): object {
  return new Proxy(variables, {
    defineProperty(target, name, { get, value }) {
      // TypeScript defines imported names by getters; as plain values, later cells can redeclare them.
      if (name === "__esModule") return true;
      target[name as string] = get ? (get.call(target) as unknown) : value;
      currentCell()?.assigned.add(name as string);
      return true;
    },
  });
}
