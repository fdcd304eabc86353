import { fieldHolding } from "./optimizers";
import type { Op, Source, Trace } from "./trace";

/** What two traces of one function say together. */
export type Comparison = { readonly replacements: Map<Source, Source> } | { readonly fallbackReason: string };

const CHANGING_NUMBER =
  "JavaScript computes a number that changes from step to step; keep it in a tf.variable or pass it as a tensor";
const CHANGING_TENSOR = "the step uses tensors that are made outside it each time and aren't variables";

/**
 * Compares two traces of the same function, made from different batches, at different steps or at different learning
 * rates. What they share is what every run does. A number that moved with the learning rate follows it from now on; any
 * other difference means that the function does something else each time.
 *
 * @returns What sources of the second trace stand for, or the difference that keeps it from being replayed.
 */
export function compareTraces(first: Trace, second: Trace): Comparison {
  const fallbackReason = first.fallbackReason ?? second.fallbackReason ?? structuralDifference(first, second);
  if (fallbackReason !== undefined) return { fallbackReason };
  const places = placesOf(first, second);
  const replacements = new Map<Source, Source>();
  for (const [a, b] of pairs(first, second)) {
    const replacement = fieldBehind(b, second) ?? rateBehind(a, b, first, second);
    if (replacement !== undefined) replacements.set(b, replacement);
    else if (!isSame(a, b, places)) {
      const bothConstant = a.kind === "constant" && b.kind === "constant";
      return { fallbackReason: bothConstant ? CHANGING_NUMBER : CHANGING_TENSOR };
    }
  }
  return { replacements };
}

/** A number, or several, that JavaScript wrote. */
export type Constant = Extract<Source, { kind: "constant" }>;

/**
 * Compares a trace that became a graph with a fresh one of the same function.
 *
 * @param replacements What sources of the compiled trace stand for.
 * @param current The values that constants of the compiled trace have got since, by those constants.
 * @returns The constants of the compiled trace that have other values now; `undefined` if the function does something
 *   else than the graph.
 */
export function changedConstants(
  compiled: Trace,
  replacements: ReadonlyMap<Source, Source>,
  current: ReadonlyMap<Constant, Constant>,
  fresh: Trace,
): Map<Constant, Constant> | undefined {
  if (fresh.fallbackReason !== undefined || structuralDifference(compiled, fresh) !== undefined) return undefined;
  const places = placesOf(compiled, fresh);
  const changed = new Map<Constant, Constant>();
  for (const [a, b] of pairs(compiled, fresh)) {
    const replacement = replacements.get(a);
    if (replacement !== undefined) {
      if (!followsReplacement(replacement, b, fresh)) return undefined;
    } else if (a.kind === "constant" && b.kind === "constant") {
      if (a.dtype !== b.dtype || String(a.shape) !== String(b.shape)) return undefined;
      if (sameValues(current.get(a) ?? a, b)) continue;
      // Whole numbers are mostly shapes and axes, from which TensorFlow derives the shapes in the graph.
      if (a.dtype !== "float32") return undefined;
      changed.set(a, b);
    } else if (!isSame(a, b, places)) {
      return undefined;
    }
  }
  return changed;
}

/** Whether a fresh value is what the replacement would feed at this step. */
function followsReplacement(replacement: Source, b: Source, fresh: Trace): boolean {
  if (replacement.kind === "field")
    return b.kind === "captured" && fieldHolding(replacement.optimizer, b.dataId) === replacement.field;
  if (replacement.kind === "rate" && b.kind === "constant" && b.values.length === 1) {
    const expected = replacement.factor * (fresh.optimizers.get(replacement.optimizer) ?? NaN);
    // float32 holds about seven digits.
    return Math.abs(Number(b.values[0]) - expected) <= 1e-6 * Math.abs(expected);
  }
  return false;
}

/**
 * The first difference in what the runs did: which ops they called, which variables they assigned, what they returned.
 */
function structuralDifference(first: Trace, second: Trace): string | undefined {
  const differing = second.ops.findIndex(({ type, attributes, inputs }, i) => {
    const other = first.ops[i];
    return (
      other === undefined ||
      type !== other.type ||
      inputs.length !== other.inputs.length ||
      JSON.stringify(attributes) !== JSON.stringify(other.attributes)
    );
  });
  if (differing >= 0 || first.ops.length !== second.ops.length)
    return "the step runs different ops from one batch to the next";
  const sameVariables =
    first.assigned.size === second.assigned.size &&
    [...second.assigned.keys()].every((variable) => first.assigned.has(variable));
  if (!sameVariables) return "the step updates different variables from one batch to the next";
  return first.outputs.length === second.outputs.length
    ? undefined
    : "the step returns a different number of tensors from one batch to the next";
}

/** The place of each op in its trace. */
function placesOf(...traces: Trace[]): Map<Op, number> {
  const places = new Map<Op, number>();
  for (const { ops } of traces) ops.forEach((op, place) => places.set(op, place));
  return places;
}

/** The values at the same place in both traces. */
function pairs(first: Trace, second: Trace): [Source, Source][] {
  return [
    ...second.ops.flatMap((op, i) => op.inputs.map((input, j): [Source, Source] => [first.ops[i].inputs[j], input])),
    ...second.outputs.map((output, i): [Source, Source] => [first.outputs[i], output]),
    ...[...second.assigned].map(([variable, value]): [Source, Source] => [first.assigned.get(variable)!, value]),
  ];
}

function isSame(a: Source, b: Source, places: ReadonlyMap<Op, number>): boolean {
  if (a.dtype !== b.dtype || String(a.shape) !== String(b.shape)) return false;
  if (a.kind === "constant" && b.kind === "constant") return sameValues(a, b);
  if (a.kind === "input" && b.kind === "input") return a.index === b.index;
  if (a.kind === "variable" && b.kind === "variable") return a.variable === b.variable;
  if (a.kind === "op" && b.kind === "op") return places.get(a.op) === places.get(b.op) && a.output === b.output;
  return a.kind === "captured" && b.kind === "captured" && a.dataId === b.dataId;
}

function sameValues(a: Constant, b: Constant): boolean {
  const [x, y] = [a.values, b.values];
  if (!ArrayBuffer.isView(x) || !ArrayBuffer.isView(y)) return String(x) === String(y);
  const bytes = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return bytes(x).equals(bytes(y));
}

/** The optimizer's field that a tensor was taken from. */
function fieldBehind(source: Source, { optimizers }: Trace): Source | undefined {
  if (source.kind !== "captured") return undefined;
  for (const optimizer of optimizers.keys()) {
    const field = fieldHolding(optimizer, source.dataId);
    if (field !== undefined) return { kind: "field", optimizer, field, dtype: source.dtype, shape: source.shape };
  }
  return undefined;
}

/** The optimizer whose learning rate explains how a single number differs between two traces, with its factor. */
function rateBehind(a: Source, b: Source, first: Trace, second: Trace): Source | undefined {
  if (a.kind !== "constant" || b.kind !== "constant" || a.dtype !== "float32" || a.values.length !== 1)
    return undefined;
  if (sameValues(a, b)) return undefined;
  const [x, y] = [Number(a.values[0]), Number(b.values[0])];
  for (const [optimizer, rate] of second.optimizers) {
    const factor = y / rate;
    // float32 holds about seven digits.
    if (!(Math.abs(x - factor * (first.optimizers.get(optimizer) ?? NaN)) <= 1e-6 * Math.abs(x))) continue;
    const whole = Math.round(factor);
    return {
      kind: "rate",
      optimizer,
      factor: Math.abs(factor - whole) < 1e-6 ? whole : factor,
      dtype: "float32",
      shape: b.shape,
    };
  }
  return undefined;
}
