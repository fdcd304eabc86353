import { Script } from "node:vm";
import type { Conversion } from "../compiler/compiler";
import type { ErrorContent } from "../compiler/diagnostics";
import type { Content } from "../threads";
import { begin, Cell, cellLabel, currentCell, Interrupted } from "./cell";
import type { Errors } from "./errors";
import type { Interrupts } from "./interrupts";
import type { Modules } from "./modules";
import type { Output } from "./output";
import { toBundle, type MimeBundle } from "./results";

type Compile = (code: string, label: string) => Promise<Conversion>;

/** What the execution of cells is made of. */
export interface Parts {
  readonly compile: Compile;
  /** Keeps a conversion's declarations: all, or those of the names that were assigned. */
  readonly commit: (id: number, assigned?: readonly string[]) => Promise<unknown>;
  /** Drops a conversion whose declarations nobody shall see. */
  readonly forget: (id: number) => Promise<unknown>;
  readonly output: Output;
  readonly errors: Errors;
  readonly modules: Modules;
  readonly interrupts: Interrupts;
}

/** Results that `Out` keeps, as IPython does. */
const KEPT_RESULTS = 1000;

/** Runs cells, and keeps their variables. */
export class Execution {
  /** The cells' variables; emitted code reads and writes them as properties. */
  private readonly variables: Record<string, unknown> = {};
  private readonly exports = trackAssignments(this.variables);
  private readonly inputs: string[] = [""];
  private readonly results: Record<number, unknown> = {};
  private readonly running = new Set<Cell>();

  constructor(private readonly parts: Parts) {
    Object.assign(globalThis, { In: this.inputs, Out: this.results, _: undefined, __: undefined });
  }

  /** Runs the code of an `execute_request`; what it returns is the content of the reply, with the result as text. */
  async execute(request: number, content: Content): Promise<Content> {
    const { code, count, silent, store_history: stored, user_expressions: expressions } = content as {
      code: string;
      count: number;
      silent: boolean;
      store_history: boolean;
      user_expressions?: unknown;
    };
    const cell = begin(new Cell(request, count));
    if (stored) this.inputs[count] = code;
    this.running.add(cell);
    try {
      const { bundle, value } = await this.run(cell, code);
      if (value !== undefined && stored) this.remember(count, value);
      if (bundle && !silent) this.parts.output.publish("execute_result", { execution_count: count, data: bundle, metadata: {} }, cell);
      const results = await this.evaluate(cell, expressions);
      return { status: "ok", user_expressions: results, payload: [], result: bundle?.["text/plain"] };
    } catch (error) {
      const described = this.describe(error);
      if (!silent) this.parts.output.publish("error", { ...described }, cell);
      return { status: "error", ...described, user_expressions: {}, payload: [] };
    } finally {
      cell.ended = true;
      this.running.delete(cell);
    }
  }

  /** An error of `cell` that no code caught, in a timer or a promise. It ends the cell if it still runs. */
  escaped(error: unknown, kind: "timer" | "promise" | "callback", cell: Cell | undefined): void {
    if (!cell || error instanceof Interrupted || cell.stop(error)) return;
    const origin = `Uncaught in a ${kind} of ${cell.label}, after it had ended: `;
    this.parts.output.publish("error", { ...this.parts.errors.describe(error, origin) }, cell);
  }

  /** The cells that run; there is more than one when subshells are used. */
  get runningCells(): ReadonlySet<Cell> {
    return this.running;
  }

  private async run(cell: Cell, code: string): Promise<{ bundle?: MimeBundle; value?: unknown }> {
    const { commit } = this.parts;
    const conversion = await cell.outcome(() => this.parts.compile(code, cell.label));
    if (conversion.error) throw new TypeErrors(conversion.error);
    this.parts.errors.remember(cell.label, code, conversion.sourceMaps);
    this.parts.modules.define(conversion.modules);
    this.parts.modules.refresh();
    try {
      const shown = await cell.outcome(async () => {
        if (cell.interrupted) throw new Interrupted(); // While it was compiled.
        const value = await this.call(cell, conversion);
        const bundle = value === undefined || conversion.silenced ? undefined : await toBundle(value);
        return { value, bundle };
      });
      await commit(conversion.id);
      return shown;
    } catch (error) {
      await commit(conversion.id, [...cell.assigned]);
      throw error;
    }
  }

  /** Calls the emitted JavaScript as a function, so that the next cell may declare the same names again. */
  private async call(cell: Cell, conversion: Exclude<Conversion, { error: ErrorContent }>): Promise<unknown> {
    const { interrupts, modules } = this.parts;
    const source = `(${conversion.isAsync ? "async " : ""}function (exports, require, __await, __iterate) {\n${conversion.javaScript}\n})`;
    const run = new Script(source, { filename: cell.label, lineOffset: -1 }).runInThisContext() as (...parameters: unknown[]) => unknown;
    await run(this.exports, modules.require, interrupts.wait, interrupts.iterate);
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
        const conversion = await this.parts.compile(`(${String(expression)})`, cellLabel(undefined));
        if (conversion.error) throw new TypeErrors(conversion.error);
        const data = await cell.outcome(async () => toBundle(await this.call(cell, conversion)));
        await this.parts.forget(conversion.id);
        results[name] = { status: "ok", data, metadata: {} };
      } catch (error) {
        results[name] = { status: "error", ...this.describe(error) };
      }
    }
    return results;
  }

  private describe(thrown: unknown): ErrorContent {
    // A child process that the signal of an interrupt ended, before word of it came here.
    const error = isEndedByInterrupt(thrown) ? new Interrupted({ cause: thrown }) : thrown;
    return error instanceof TypeErrors ? error.content : this.parts.errors.describe(error);
  }

  private remember(count: number, value: unknown): void {
    this.results[count] = value;
    delete this.results[count - KEPT_RESULTS];
    const globals = globalThis as { _?: unknown; __?: unknown };
    Object.assign(globals, { __: globals._, _: value });
  }
}

function isEndedByInterrupt(error: unknown): boolean {
  return error instanceof Error && (error as { signal?: unknown }).signal === "SIGINT";
}

/** The type errors of a cell that did not run. */
class TypeErrors extends Error {
  constructor(readonly content: ErrorContent) {
    super(content.evalue);
  }
}

/** The object that emitted code takes for its module's exports; it notes which names a cell has assigned. */
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
