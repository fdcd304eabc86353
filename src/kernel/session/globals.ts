import type { Content } from "../protocol";
import { currentCell } from "./cell";
import type { Comms } from "./comms";
import type { Errors } from "./errors";
import type { Input } from "./input";
import type { Output } from "./output";
import { cells, toCellPromise } from "./realm";
import { encodeBytes, toBundle, type MimeBundle } from "./results";

/** The signal of the running cell, for code that can stop at a good place when the cell is interrupted. */
const INTERRUPT = Symbol.for("Jupyter.interrupt");

interface DisplayOptions {
  id?: string;
  update?: boolean;
  raw?: boolean;
  metadata?: Content;
}

/** Adds what cells can use without an import; globals.d.ts.txt has the types. */
export function addGlobals(output: Output, errors: Errors, comms: Comms, input: Input): void {
  const display = async (value: unknown, { id, update, raw, metadata }: DisplayOptions = {}): Promise<void> => {
    const bundle = raw ? encodeBytes({ ...(value as MimeBundle) }) : await toBundle(value);
    output.display(bundle, metadata, id, update);
  };
  const jupyter = {
    display: (value: unknown, options?: DisplayOptions) => toCellPromise(display(value, options)),
    clearOutput: ({ wait = false } = {}) => output.clear(wait),
    password: input.password,
    comms,
    get interactive() {
      return currentCell()?.isInteractive === true;
    },
    get showInternals() {
      return errors.showInternals;
    },
    set showInternals(shown: boolean) {
      errors.showInternals = shown;
    },
  };
  Object.assign(cells, { Jupyter: jupyter, prompt: input.prompt, confirm: input.confirm });
  Object.defineProperty(cells, INTERRUPT, { get: () => currentCell()?.signal, configurable: true });
}
