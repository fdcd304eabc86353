import { SourceMap, type SourceMapPayload } from "node:module";
import ts from "typescript";

/**
 * The source line behind a line of the JavaScript that tslab made of a cell. An unmodified tslab reports errors by
 * those lines, and makes no source map; its converter is asked for the JavaScript again, and the line is looked up in a
 * plain translation of the same cell, which has a map.
 *
 * @param sources The notebook's code cells up to the failing one, which is the last.
 * @param emittedLine From 1, as in `evalmachine.<anonymous>:7`.
 * @returns The line in the last source, from 1, or `undefined` where no line is alike.
 */
export function sourceLine(sources: readonly string[], emittedLine: number): number | undefined {
  const emitted = convertLast(sources).split("\n").map(withoutModuleSyntax);
  const text = emitted[emittedLine - 1];
  if (!text) return undefined;
  const earlierTwins = emitted.slice(0, emittedLine - 1).filter((line) => line === text).length;

  const plain = translate(sources[sources.length - 1]);
  const twins = plain.lines.flatMap((line, index) => (withoutModuleSyntax(line) === text ? [index] : []));
  if (twins.length <= earlierTwins) return undefined;
  const index = twins[earlierTwins];
  const entry = new SourceMap(plain.map).findEntry(index, plain.lines[index].search(/\S/));
  return "originalLine" in entry ? entry.originalLine + 1 : undefined;
}

/** Each cell's declarations are the next one's surroundings, as in the kernel. */
function convertLast(sources: readonly string[]): string {
  // Loaded when it is needed: tslab brings a TypeScript of its own.
  const { createConverter } = require("tslab/dist/converter") as typeof import("tslab/dist/converter");
  const converter = createConverter({ isJS: false, isBrowser: false });
  try {
    let declarations = "";
    let output = "";
    for (const source of sources) {
      const converted = converter.convert(declarations, source);
      declarations = converted.declOutput ?? declarations;
      output = converted.output ?? "";
    }
    return output;
  } finally {
    converter.close();
  }
}

function translate(source: string): { lines: string[]; map: SourceMapPayload } {
  const { outputText, sourceMapText = "{}" } = ts.transpileModule(source, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ES2022,
      sourceMap: true,
      verbatimModuleSyntax: true,
    },
  });
  return { lines: outputText.split("\n"), map: JSON.parse(sourceMapText) as SourceMapPayload };
}

/**
 * A line without what the two translations write differently: access to imports and to earlier cells, the last value.
 */
function withoutModuleSyntax(line: string): string {
  return line
    .trim()
    .replace(/^exports\.tsLastExpr = /, "")
    .replace(/\(0, ([\w.]+)\)/g, "$1")
    .replace(/\b(?:exports|\w+_\d+)\.(?=\w)/g, "");
}
