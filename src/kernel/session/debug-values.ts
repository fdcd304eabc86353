import { inspect, types } from "node:util";
import { DEBUG_VALUES, type DebugVariable } from "../protocol";
import { cells } from "./realm";
import { toBundle, toBundleNow, type MimeBundle } from "./results";

/** Elements or properties of a value that are listed. */
const MAX_CHILDREN = 100;
/** First values of a tensor. */
const MAX_TENSOR_VALUES = 6;
/** A tensor with more isn't read for them. */
const MAX_READ_VALUES = 1_000_000;
const ONE_LINE = { depth: 0, breakLength: Infinity, maxArrayLength: 6, maxStringLength: 200, compact: true };

type Entry = readonly [name: string, value: unknown];

/** What the debugger can do with values. It finds this object by a symbol, and calls it while a cell is stopped. */
export class DebugValues {
  /** What can be opened, by reference, from 1. */
  private readonly referred: (object | undefined)[] = [undefined];

  /** @param variables the cells' variables */
  constructor(readonly variables: Record<string, unknown>) {
    Object.defineProperty(cells, Symbol.for(DEBUG_VALUES), { value: this });
  }

  /**
   * A scope as a value that can be opened.
   *
   * @param locals its variables
   * @param withVariables whether the cells' variables are in it, too
   * @returns its reference
   */
  scope(locals: object, withVariables: boolean): number {
    return this.refer(withVariables ? { ...this.variables, ...locals } : locals);
  }

  /** A reference to the cells' variables. */
  variablesReference(): number {
    return this.refer(this.variables);
  }

  /** The elements or properties of what `reference` refers to; getters aren't called. */
  children(reference: number): DebugVariable[] {
    const parent = this.referred[reference];
    if (parent === undefined) return [];
    const { entries, count } = entriesOf(parent);
    const listed = entries.map(([name, value]) => this.describe(value, name));
    const left = count - entries.length;
    return left === 0 ? listed : [...listed, { name: "…", value: `${left} more`, type: "", reference: 0 }];
  }

  /** A value as it is listed. */
  describe(value: unknown, name = ""): DebugVariable {
    const opens = (typeof value === "object" && value !== null) || typeof value === "function";
    return { name, value: lineOf(value), type: typeOf(value), reference: opens ? this.refer(value) : 0 };
  }

  /** The variable called `name` as the result of a cell shows it. */
  async bundle(name: string): Promise<MimeBundle> {
    if (!(name in this.variables)) throw new Error(`There is no variable ${name}.`);
    const value = this.variables[name];
    return withTensorText(value, await toBundle(value));
  }

  /** A value as the result of a cell shows it, as far as nothing has to be awaited for that. */
  bundleNow(value: unknown): MimeBundle {
    return withTensorText(value, toBundleNow(value));
  }

  /** Sets an element or a property of what `reference` refers to. */
  assign(reference: number, name: string, value: unknown): void {
    const parent = this.referred[reference];
    if (parent === undefined || !Reflect.set(parent, name, value)) throw new Error(`${name} can't be set.`);
  }

  /** Sets or adds a variable of the cells. */
  assignVariable(name: string, value: unknown): void {
    this.variables[name] = value;
  }

  /** The names of the cells' variables. */
  variableNames(): string[] {
    return Object.keys(this.variables);
  }

  /** The names in scopes. */
  namesIn(...scopes: readonly object[]): string[] {
    return scopes.flatMap((scope) => Object.keys(scope));
  }

  /** Forgets all references. */
  clear(): void {
    this.referred.length = 1;
  }

  private refer(value: object): number {
    return this.referred.push(value) - 1;
  }
}

/** The first entries, and how many there are. */
function entriesOf(parent: object): { entries: readonly Entry[]; count: number } {
  if (types.isMap(parent)) {
    const entries = [...parent].slice(0, MAX_CHILDREN);
    return { entries: entries.map(([key, value]) => [inspect(key, ONE_LINE), value]), count: parent.size };
  }
  if (types.isSet(parent)) {
    const entries = [...parent].slice(0, MAX_CHILDREN);
    return { entries: entries.map((value, index) => [String(index), value]), count: parent.size };
  }
  if (Array.isArray(parent) || types.isTypedArray(parent)) {
    const length = Math.min(parent.length, MAX_CHILDREN);
    const entries = Array.from({ length }, (_, index): Entry => [String(index), parent[index]]);
    return { entries, count: parent.length };
  }
  const names = Object.keys(parent);
  const entries = names.slice(0, MAX_CHILDREN).map((name): Entry => {
    const property = Object.getOwnPropertyDescriptor(parent, name);
    return [name, property?.get ? GETTER : property?.value];
  });
  return { entries, count: names.length };
}

/** Stands for a value that only a call would tell. */
const GETTER = {
  [inspect.custom]: () => "(getter)",
};

/** What the debugger needs of a tensor; the kernel doesn't know TensorFlow.js. */
interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly size: number;
  readonly isDisposed: boolean;
  dataSync(): ArrayLike<unknown>;
  toString(): string;
}

function isTensor(value: unknown): value is TensorLike {
  if (typeof value !== "object" || value === null || types.isProxy(value)) return false;
  const { shape, dtype, dataSync } = value as Partial<TensorLike>;
  return Array.isArray(shape) && typeof dtype === "string" && typeof dataSync === "function";
}

/** Shows a tensor's values in its text, not the object that holds them. */
function withTensorText(value: unknown, bundle: MimeBundle): MimeBundle {
  if (!isTensor(value) || value.isDisposed) return bundle;
  return { ...bundle, "text/plain": `${lineOf(value)}\n${value.toString()}` };
}

/** A value in one line; a tensor by shape, dtype and first values. */
function lineOf(value: unknown): string {
  try {
    if (!isTensor(value)) return inspect(value, ONE_LINE).replace(/\s*\n\s*/g, " ");
    const head = `Tensor [${value.shape.join(", ")}] ${value.dtype}`;
    if (value.isDisposed) return `${head}, disposed`;
    if (value.size > MAX_READ_VALUES) return head;
    const first = Array.from({ length: Math.min(value.size, MAX_TENSOR_VALUES) }, (_, index) => index);
    const values = value.dataSync();
    const more = value.size > first.length ? ", …" : "";
    return `${head}: ${first.map((index) => String(values[index])).join(", ")}${more}`;
  } catch (error) {
    return `can't be shown: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (typeof value !== "object") return typeof value;
  const { constructor } = value as { constructor?: { name?: unknown } };
  return typeof constructor?.name === "string" ? constructor.name : "object";
}
