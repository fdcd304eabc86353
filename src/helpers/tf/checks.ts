/** Checks of tensors and models that come from callers. */
import { type LayersModel, type Tensor } from "@tensorflow/tfjs";
import { UsageError } from "../../shared/usage-error";

/**
 * @param name what the tensor is, as the error message should call it: `"addChannelAxis: images"`
 * @throws unless the value is a tensor that is still in memory
 */
export function checkTensor(name: string, value: Tensor): void {
  // Any copy of tfjs will do; that's also how tfjs tells tensors apart.
  if (typeof value !== "object" || value === null || !("throwIfDisposed" in value)) {
    throw new UsageError(
      `${name}: expected a tensor, found ${describe(value)}. Make one with tf.tensor(…) or scale(…).`,
    );
  }
  if (value.isDisposed) {
    throw new UsageError(
      `${name}: expected a tensor that is still in memory, found a disposed one of shape [${value.shape}]. ` +
        "Re-run the cell that makes it.",
    );
  }
}

/** @throws unless the value is a model of layers whose weights are still in memory */
export function checkModel(name: string, value: LayersModel): void {
  if (typeof value !== "object" || value === null || !Array.isArray((value as { layers?: unknown }).layers)) {
    throw new UsageError(
      `${name}: expected a model, found ${describe(value)}. Make one with buildModel() or tf.model(…).`,
    );
  }
  if (value.layers.some((layer) => (layer as unknown as { _refCount: number | null })._refCount === 0)) {
    throw new UsageError(
      `${name}: expected a model with weights, found a disposed one. Re-run the cell that builds it.`,
    );
  }
}

/** What a value is, for an error message. */
export function describe(value: unknown): string {
  if (value === null || typeof value !== "object") return typeof value === "function" ? "a function" : String(value);
  if (Array.isArray(value)) return `an array of length ${value.length}`;
  const name = (value as object).constructor?.name;
  return name === undefined || name === "Object" ? `an object { ${Object.keys(value).join(", ")} }` : `a ${name}`;
}
