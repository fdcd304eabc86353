/** What models with one or several inputs and outputs are fed with. */
import { Tensor } from "@tensorflow/tfjs";
import { UsageError } from "../../shared/usage-error";
import { checkTensor, describe } from "./checks";

/** A tensor, or for several inputs (or outputs) of a model one each: in the model's order, or by their names. */
export type ModelData = Tensor | Tensor[] | { [name: string]: Tensor };

/** Whether a value is a tensor, or an array or object of tensors. */
export function isModelData(value: unknown): value is ModelData {
  if (typeof value !== "object" || value === null) return false;
  const tensors = tensorsOf(value as ModelData);
  return tensors.length > 0 && tensors.every((tensor) => tensor instanceof Tensor);
}

/** All tensors of the data, in no particular order if they have names. */
export function tensorsOf(data: ModelData): Tensor[] {
  return data instanceof Tensor ? [data] : Object.values(data);
}

/** The same structure with another tensor in each place. */
export function mapTensors<Data extends ModelData>(data: Data, map: (tensor: Tensor) => Tensor): Data {
  if (data instanceof Tensor) return map(data) as Data;
  if (Array.isArray(data)) return (data as Tensor[]).map(map) as Data;
  const named = Object.entries(data as { [name: string]: Tensor });
  return Object.fromEntries(named.map(([name, tensor]) => [name, map(tensor)])) as Data;
}

/**
 * The tensors of the data in a model's order.
 *
 * @param name what the data is, as the error message should call it: `"fit: dataset: xs of a batch"`
 * @param places the names of the model's inputs, or of its outputs
 * @throws UsageError unless there is a tensor for each place, still in memory, and no other
 */
export function inOrder(name: string, data: ModelData, places: readonly string[]): Tensor[] {
  if (data instanceof Tensor || Array.isArray(data)) {
    const tensors = [data].flat();
    if (tensors.length !== places.length) {
      const expected = places.length === 1 ? "one tensor" : `${places.length} tensors (${places.join(", ")})`;
      throw new UsageError(`${name}: expected ${expected}, found ${tensors.length === 1 ? "one" : tensors.length}.`);
    }
    tensors.forEach((tensor, place) => checkTensor(`${name}: ${places[place]}`, tensor));
    return tensors;
  }
  if (typeof data !== "object" || data === null) {
    throw new UsageError(
      `${name}: expected a tensor, an array of tensors or tensors by name, found ${describe(data)}.`,
    );
  }
  const unknown = Object.keys(data).find((key) => !places.includes(key));
  const missing = places.find((place) => !(place in data));
  if (unknown !== undefined || missing !== undefined) {
    throw new UsageError(
      `${name}: expected tensors named ${places.join(", ")}, found ${Object.keys(data).join(", ") || "none"}. ` +
        "The names are those of the model's layers: give them with name: when you make the layers.",
    );
  }
  return places.map((place) => {
    checkTensor(`${name}: ${place}`, data[place]);
    return data[place];
  });
}
