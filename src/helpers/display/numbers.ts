import type * as tf from "@tensorflow/tfjs";
import { UsageError } from "../../shared/usage-error";

/** Numbers with a shape, row-major, like the images and labels that `loadData` returns. */
export interface ShapedNumbers {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

/** Anything that holds numbers: a tensor, numbers with a shape, a typed array or nested arrays. */
export type NumberSource = tf.Tensor | ShapedNumbers | ArrayLike<number> | readonly NestedNumbers[];

/** A number, or arrays of numbers, nested to any depth. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** Whether a value is a TensorFlow.js tensor, from any copy of the library. tfjs tells tensors apart the same way. */
export function isTensor(value: unknown): value is tf.Tensor {
  return typeof value === "object" && value !== null && "dataSync" in value && "throwIfDisposed" in value;
}

/**
 * The shape, type and values of a source.
 *
 * @param name what an error message calls the source
 * @throws if a tensor was disposed or isn't numeric, nested arrays are ragged, or shape and length don't match
 */
export function shapedNumbers(source: NumberSource, name: string): ShapedNumbers & { readonly dtype: string } {
  if (typeof source !== "object" || source === null) throw notNumbers(source, name);
  if (isTensor(source)) {
    if (source.isDisposed) {
      throw new UsageError(
        `${name}: the tensor of shape [${source.shape.join(", ")}] was disposed. ` +
          "Show it before you dispose it, or make it again.",
      );
    }
    if (source.dtype === "string" || source.dtype === "complex64") {
      throw new UsageError(`${name}: expected a tensor of numbers, found dtype ${source.dtype}.`);
    }
    return { data: source.dataSync(), shape: source.shape, dtype: source.dtype };
  }
  if (isShaped(source)) {
    const expected = source.shape.reduce((product, size) => product * size, 1);
    if (source.data.length !== expected) {
      throw new UsageError(
        `${name}: expected ${expected} values for shape [${source.shape.join(", ")}], found ${source.data.length}.`,
      );
    }
    return { data: source.data, shape: source.shape, dtype: dtypeOf(source.data) };
  }
  if (Array.isArray(source)) return nestedNumbers(source as readonly NestedNumbers[], name);
  if ("length" in source) {
    const flat = source as ArrayLike<number>;
    return { data: flat, shape: [flat.length], dtype: dtypeOf(flat) };
  }
  throw notNumbers(source, name);
}

/** All values of a source, in row-major order. */
export function numbersOf(source: NumberSource, name: string): ArrayLike<number> {
  return shapedNumbers(source, name).data;
}

function notNumbers(found: unknown, name: string): UsageError {
  return new UsageError(
    `${name}: expected a tensor, {data, shape} or arrays of numbers, found ${found === null ? "null" : typeof found}.`,
  );
}

function isShaped(source: object): source is ShapedNumbers {
  return "data" in source && "shape" in source;
}

function dtypeOf(data: ArrayLike<number>): string {
  if (data instanceof Uint8Array || data instanceof Uint8ClampedArray) return "uint8";
  if (data instanceof Int32Array) return "int32";
  return "float32";
}

function nestedNumbers(source: readonly NestedNumbers[], name: string): ShapedNumbers & { readonly dtype: string } {
  const shape: number[] = [];
  for (let level: NestedNumbers = source; typeof level === "object"; level = level[0]) shape.push(level.length);
  const expected = `${name}: expected nested arrays of shape [${shape.join(", ")}]`;
  const data: number[] = [];
  const collect = (part: NestedNumbers, depth: number): void => {
    if (typeof part === "number") {
      if (depth !== shape.length) throw new UsageError(`${expected}, found a number at depth ${depth}.`);
      data.push(part);
      return;
    }
    if (!Array.isArray(part)) throw new UsageError(`${name}: expected numbers, found ${typeof part}.`);
    if (part.length !== shape[depth]) {
      throw new UsageError(`${expected}, found one of length ${part.length} at depth ${depth}.`);
    }
    for (const item of part as readonly NestedNumbers[]) collect(item, depth + 1);
  };
  collect(source, 0);
  return { data, shape, dtype: "float32" };
}
