import type { Content } from "../protocol";
import { currentCell } from "./cell";
import type { Comms } from "./comms";
import type { Errors } from "./errors";
import type { Input } from "./input";
import type { Output } from "./output";
import { encodeBytes, toBundle, type MimeBundle } from "./results";

/** The signal of the running cell, for code that can stop at a good place when the cell is interrupted. */
const INTERRUPT = Symbol.for("Jupyter.interrupt");

/** Adds what cells can use without an import; globals.d.ts.txt has the types. */
export function addGlobals(output: Output, errors: Errors, comms: Comms, input: Input): void {
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
