import type { Json } from "../protocol";
import { CellRangeError, CellTypeError, stringifyJson } from "./realm";

/** The largest message that is sent, in characters. */
const MAX_LENGTH = 100e6;

/**
 * The JSON of an object for a front end. Half surrogate pairs become U+FFFD: notebooks with them couldn't be saved.
 * @param what what the object is for, in error messages
 * @throws TypeError if it contains values that JSON can't represent; RangeError if it's too large
 */
export function serialize(value: object, what: string): Json {
  let json: string | undefined;
  try {
    json = stringifyJson(value);
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(what, "more");
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new CellTypeError(`${what}: expected values that JSON can represent, found others: ${reason}`, {
      cause: error,
    });
  }
  if (!json?.startsWith("{")) throw new CellTypeError(`${what}: expected a JSON object, found ${json?.slice(0, 100)}.`);
  if (json.length > MAX_LENGTH) throw tooLarge(what, `${Math.round(json.length / 1e6)} MB`);
  return withoutLoneSurrogates(json);
}

function tooLarge(what: string, found: string): RangeError {
  return new CellRangeError(
    `${what}: expected at most ${MAX_LENGTH / 1e6} MB, found ${found}. Show a part of it, or save it.`,
  );
}

/** `JSON.stringify` escapes surrogates only if they have no partner. */
function withoutLoneSurrogates(json: Json): Json {
  if (!json.includes("\\ud")) return json;
  return json.replace(/\\(ud[89a-f][0-9a-f]{2}|.)/g, (escape, code: string) => (code.length > 1 ? "\\ufffd" : escape));
}

/** `text`, or its start and a note if it has more than `maxLength` characters. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength)}… (${text.length - maxLength} more characters)`;
}
