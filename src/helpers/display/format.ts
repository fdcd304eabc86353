/** Numbers as text. */

/** A number with at most `digits` significant digits; whole numbers are written in full. */
export function formatShort(value: number, digits: number): string {
  return Number.isSafeInteger(value) ? String(value) : String(Number(value.toPrecision(digits)));
}

/** Gives a number that people read the minus sign instead of the hyphen. */
export function withMinusSign(text: string): string {
  return text.replace("-", "−");
}
