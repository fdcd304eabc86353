import type { Content } from "../protocol";

/**
 * The string in field `name` of a request.
 * @throws Error when it isn't one
 */
export function stringField(content: Content, name: string): string {
  const value = content[name];
  if (typeof value !== "string") throw new Error(`"${name}": expected a string, found ${JSON.stringify(value)}.`);
  return value;
}

/**
 * The integer in field `name` of a request.
 * @throws Error when it isn't one
 */
export function integerField(content: Content, name: string): number {
  const value = content[name];
  if (!Number.isInteger(value)) throw new Error(`"${name}": expected an integer, found ${JSON.stringify(value)}.`);
  return value as number;
}
