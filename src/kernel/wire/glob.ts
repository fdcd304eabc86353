/**
 * Whether the whole of `text` matches a glob, as in IPython's history search: `*` stands for any text, `?` for any
 * character. Takes time proportional to the product of the two lengths at most, whatever the pattern.
 */
export function matchesGlob(text: string, pattern: string): boolean {
  let [at, patternAt] = [0, 0];
  // Where the last `*` is, and the text that it is assumed to end before.
  let [star, starEnd] = [-1, 0];
  while (at < text.length) {
    if (pattern[patternAt] === "*") {
      star = patternAt++;
      starEnd = at;
    } else if (patternAt < pattern.length && (pattern[patternAt] === "?" || pattern[patternAt] === text[at])) {
      patternAt++;
      at++;
    } else if (star >= 0) {
      patternAt = star + 1;
      at = ++starEnd;
    } else return false;
  }
  while (pattern[patternAt] === "*") patternAt++;
  return patternAt === pattern.length;
}
