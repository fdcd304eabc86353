import { fieldHolding } from "./optimizers";
import type { Op, Recording, Source } from "./recording";

/** What two recordings of one function say together. */
export type Agreement = { readonly replacements: Map<Source, Source> } | { readonly obstacle: string };

/**
 * Compares two recordings of the same function, made of different batches, at different steps and under different
 * learning rates. What they share is what every run does. A number that moved with the learning rate follows it
 * from now on; any other difference means that the function does something else each time.
 *
 * @returns What sources of the second recording stand for, or the difference that keeps it from being replayed.
 */
export function reconcile(first: Recording, second: Recording): Agreement {
  const obstacle = first.obstacle ?? second.obstacle;
  if (obstacle !== undefined) return { obstacle };
  const replacements = new Map<Source, Source>();
  const places = new Map<Op, number>();
  const difference = (): string | undefined => {
    if (first.ops.length !== second.ops.length) return "the step runs other ops from one batch to the next";
    for (const [i, op] of second.ops.entries()) {
      const other = first.ops[i];
      if (op.type !== other.type || JSON.stringify(op.attributes) !== JSON.stringify(other.attributes)) {
        return `the step runs other ops from one batch to the next (${other.type}, then ${op.type})`;
      }
      places.set(other, i);
      places.set(op, i);
      for (const [j, input] of op.inputs.entries()) {
        const found = differs(other.inputs[j], input);
        if (found !== undefined) return `${found} (input of ${op.type})`;
      }
    }
    for (const [i, output] of second.outputs.entries()) {
      const found = differs(first.outputs[i], output);
      if (found !== undefined) return found;
    }
    if (first.assigned.size !== second.assigned.size) return "the step updates other variables from one batch to the next";
    for (const [variable, value] of second.assigned) {
      const other = first.assigned.get(variable);
      if (other === undefined) return "the step updates other variables from one batch to the next";
      const found = differs(other, value);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const differs = (a: Source | undefined, b: Source): string | undefined => {
    const changed = "the step computes with tensors that are made anew outside it, and that are not variables";
    if (a === undefined || a.dtype !== b.dtype || String(a.shape) !== String(b.shape)) return "the step computes with other shapes from one batch to the next";
    if (a.kind === "constant" && b.kind === "constant") {
      if (sameValues(a, b)) return undefined;
      const rate = rateBehind(a, b, first, second);
      if (rate === undefined) return "JavaScript computes a number that changes from step to step; keep it in a tf.variable or pass it as a tensor";
      replacements.set(b, rate);
      return undefined;
    }
    if (a.kind === "input" && b.kind === "input") return a.index === b.index ? undefined : changed;
    if (a.kind === "variable" && b.kind === "variable") return a.variable === b.variable ? undefined : changed;
    if (a.kind === "op" && b.kind === "op") return places.get(a.op) === places.get(b.op) && a.output === b.output ? undefined : changed;
    if (a.kind === "captured" && b.kind === "captured") {
      for (const optimizer of second.optimizers.keys()) {
        const field = fieldHolding(optimizer, b.dataId);
        if (field !== undefined) {
          replacements.set(b, { kind: "field", optimizer, field, dtype: b.dtype, shape: b.shape });
          return undefined;
        }
      }
      return a.dataId === b.dataId ? undefined : changed;
    }
    return changed;
  };
  const found = difference();
  return found === undefined ? { replacements } : { obstacle: found };
}

type Constant = Extract<Source, { kind: "constant" }>;

function sameValues(a: Constant, b: Constant): boolean {
  const [x, y] = [a.values, b.values];
  if (!ArrayBuffer.isView(x) || !ArrayBuffer.isView(y)) return String(x) === String(y);
  const bytes = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return bytes(x).equals(bytes(y));
}

/** The optimizer whose learning rate explains how a single number differs between two recordings, with its factor. */
function rateBehind(a: Constant, b: Constant, first: Recording, second: Recording): Source | undefined {
  if (a.dtype !== "float32" || a.values.length !== 1) return undefined;
  const [x, y] = [Number(a.values[0]), Number(b.values[0])];
  for (const [optimizer, rate] of second.optimizers) {
    const factor = y / rate;
    // float32 holds about seven digits.
    if (Math.abs(x - factor * (first.optimizers.get(optimizer) ?? NaN)) > 1e-6 * Math.abs(x)) continue;
    const whole = Math.round(factor);
    return { kind: "rate", optimizer, factor: Math.abs(factor - whole) < 1e-6 ? whole : factor, dtype: "float32", shape: b.shape };
  }
  return undefined;
}
