/*
 * Jupyter counts characters by Unicode code points, JavaScript by UTF-16 units; they differ behind an emoji.
 */

/** The UTF-16 offset of code point `position`. */
export function toUtf16(code: string, position: number): number {
  let offset = 0;
  for (let passed = 0; passed < position && offset < code.length; passed++) {
    offset += (code.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
  }
  return offset;
}

/** The code point at UTF-16 `offset`. */
export function toCodePoints(code: string, offset: number): number {
  return [...code.slice(0, offset)].length;
}
