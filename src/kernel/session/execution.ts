import { types } from "node:util";
import { Script } from "node:vm";
import type { CompilerFunctions, Conversion } from "../compiler/compiler";
import type { ErrorContent } from "../compiler/diagnostics";
import type { Content } from "../protocol";
import type { RpcClient } from "../rpc";
import { Cell, cellLabel, Interrupted, setLatestCell } from "./cell";
import type { Comms } from "./comms";
import { DebugValues } from "./debug-values";
import { describeError } from "./describe-error";
import type { Errors } from "./errors";
import type { InterruptHandler } from "./interrupt-handler";
import type { Modules } from "./modules";
import type { Output } from "./output";
import { cells, fromCell, isThenable, whenSettled } from "./realm";
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
  readonly comms: Comms;
}

/** Results that `Out` keeps, as many as in IPython. */
const MAX_RESULTS = 1000;

/** Characters of a result that the history keeps. */
const MAX_HISTORY_TEXT = 10_000;

/** Taken before a cell can replace it. */
const groupEnd = cells.console.groupEnd.bind(cells.console);

const HIDDEN_NOTE = "eval and new Function don't see the variables of cells. Pass the value as an argument.";

const WAITING_NOTE = "Waiting for the promise that is this cell's value. Interrupt the cell to stop waiting.\n";
/** When the note is written. */
const WAITING_NOTE_MS = 1000;

const MAX_CONSOLE_GROUPS = 100;

/** A group that a cell has left open must not indent the output of later cells. */
function closeConsoleGroups(): void {
  try {
    for (let depth = 0; depth < MAX_CONSOLE_GROUPS; depth++) groupEnd();
  } catch {
    // A cell has broken the console; its groups are its own affair.
  }
}

/** Runs cells and keeps their variables. */
export class Execution {
  /** The cells' variables; emitted code reads and writes them as properties. */
  private readonly variables = new Variables() as Record<string, unknown>;
  private readonly inputs: string[] = cells.Array.of("");
  private readonly results = new cells.Object() as Record<number, unknown>;
  /** The latest run of each cell that has a result in `Out`, by its code. */
  private readonly latestRuns = new Map<string, number>();
  private readonly running = new Set<Cell>();

  constructor(private readonly services: ExecutionServices) {
    new DebugValues(this.variables);
    Object.assign(cells, { In: this.inputs, Out: this.results, _: undefined, __: undefined });
  }

  /**
   * Runs the code of an `execute_request`. `reply` is called once, with the reply's content and the result as text.
   *
   * @param metadata the message's; JupyterLab puts the cell's id in it
   */
  execute(request: number, content: Content, metadata: Content, reply: (content: Content) => void): void {
    const {
      code,
      count,
      silent,
      store_history: stored,
      allow_stdin: isInteractive,
      user_expressions: expressions,
    } = content as {
      code: string;
      count: number;
      silent: boolean;
      store_history: boolean;
      allow_stdin?: unknown;
      user_expressions?: unknown;
    };
    const { output, compiler, comms } = this.services;
    const id = typeof metadata.cellId === "string" ? metadata.cellId : undefined;
    const cell = setLatestCell(new Cell(request, count, id, isInteractive === true));
    if (stored) this.inputs[count] = code;
    let conversion: Converted | undefined;
    let before: ReadonlyMap<string, unknown> = new Map();

    const run = async (): Promise<Content> => {
      await comms.closeThoseOf(id);
      conversion = await this.convert(code, cell.label);
      if (cell.interrupted) throw new Interrupted(); // During the compilation.
      before = this.valuesOf(conversion.names);
      const value = await this.call(cell, conversion);
      const bundle = value === undefined ? undefined : await toBundle(value);
      await compiler.commit(conversion.id);
      if (value !== undefined && stored) this.remember(count, code, value);
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
      closeConsoleGroups();
      reply(answer);
    };
    this.running.add(cell);
    cell.run(run, end, (error) => {
      if (conversion) void compiler.commit(conversion.id, this.changed(conversion.names, before));
      else if (cell.interrupted) void compiler.cancel();
      const described = this.describe(error);
      if (!silent) output.publishFinalError(described, cell);
      end({ status: "error", ...described, user_expressions: {}, payload: [] });
    });
  }

  /** Reports an error of `cell` that no code caught, in a timer or a promise. It ends the cell if still running. */
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
    errors.remember(label, code, conversion.javaScript, conversion.sourceMaps);
    if (conversion.module) modules.define(conversion.module);
    modules.refresh();
    return conversion;
  }

  /** Calls the emitted JavaScript, a function, so that the next cell may declare the same names again. */
  private async call(cell: Cell, { javaScript, files }: Converted): Promise<unknown> {
    const { interrupts, modules } = this.services;
    const run = new Script(javaScript, { filename: cell.label, lineOffset: -1 }).runInThisContext() as (
      ...parameters: unknown[]
    ) => unknown;
    const returned = run(this.variables, ...modules.parameters(files), interrupts.wait, interrupts.iterate);
    // A cell that awaits something is obviously waiting; one whose last value is a promise looks as if it did nothing.
    if (isThenable(returned) && !types.isAsyncFunction(run)) this.explainWaiting(cell, returned);
    return fromCell(returned);
  }

  /** Writes a note below `cell` if its value isn't there soon. */
  private explainWaiting(cell: Cell, value: PromiseLike<unknown>): void {
    const content = { name: "stderr", text: WAITING_NOTE };
    const note = setTimeout(() => {
      if (!cell.ended) this.services.output.publish("stream", content, cell);
    }, WAITING_NOTE_MS);
    const cancel = (): void => clearTimeout(note);
    whenSettled(value, cancel, cancel);
  }

  /** The values of those of `names` that are variables already. */
  private valuesOf(names: readonly string[]): Map<string, unknown> {
    return new Map(names.filter((name) => name in this.variables).map((name) => [name, this.variables[name]]));
  }

  /** Those of `names` whose value is not the one in `before`; what has the same value keeps its type as well. */
  private changed(names: readonly string[], before: ReadonlyMap<string, unknown>): string[] {
    const { variables } = this;
    return names.filter(
      (name) => name in variables && (!before.has(name) || !Object.is(before.get(name), variables[name])),
    );
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
    if (error instanceof TypeErrors) return error.content;
    const content = describeError(this.services.errors, error);
    const name = /^(\S+) is not defined$/.exec(content.evalue)?.[1];
    // The compiler has seen every name in a cell's own code, so this one was in a string.
    const isHidden = content.ename === "ReferenceError" && name !== undefined && name in this.variables;
    return isHidden ? { ...content, traceback: [...content.traceback, "", HIDDEN_NOTE] } : content;
  }

  /** Keeps a result. That of an earlier run of the same cell goes: it may be a model with its weights. */
  private remember(count: number, code: string, value: unknown): void {
    const earlier = this.latestRuns.get(code);
    if (earlier !== undefined) delete this.results[earlier];
    // Put at the end of the map, whose first one is the oldest.
    this.latestRuns.delete(code);
    this.latestRuns.set(code, count);
    if (this.latestRuns.size > MAX_RESULTS) this.latestRuns.delete(this.latestRuns.keys().next().value!);
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

/** Holds the cells' variables. It inherits nothing, so that any name can be one, and V8 keeps its properties fast. */
class Variables {}
Object.setPrototypeOf(Variables.prototype, null);
delete (Variables.prototype as { constructor?: unknown }).constructor;
