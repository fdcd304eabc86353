import fs from "node:fs";
import ts from "typescript";
import { writeAtomically } from "../shared/atomic-write";
import { codeCells, readNotebook, textOf } from "./notebook";

/** The sources of a notebook's code cells. */
export function readCellSources(notebook: string): string[] {
  return codeCells(readNotebook(notebook)).map(({ source }) => textOf(source));
}

/**
 * Replaces the sources of a notebook's code cells. Everything else in the file, such as outputs, stays as it is, byte
 * for byte.
 */
export function writeCellSources(notebook: string, sources: readonly string[]): void {
  const text = fs.readFileSync(notebook, "utf8");
  const file = ts.parseJsonText(notebook, text);
  const nodes = sourceNodes(file);
  if (nodes.length !== sources.length) {
    throw new Error(`${notebook}: expected ${nodes.length} sources of code cells, found ${sources.length}`);
  }
  let edited = text;
  for (const [index, node] of [...nodes.entries()].reverse()) {
    edited = edited.slice(0, node.getStart(file)) + multilineText(sources[index]) + edited.slice(node.getEnd());
  }
  if (edited !== text) writeAtomically(notebook, edited);
}

/** Where in a notebook's text the sources of its code cells are. */
function sourceNodes(file: ts.JsonSourceFile): ts.Expression[] {
  const cells = property(file.statements[0].expression, "cells");
  if (cells === undefined || !ts.isArrayLiteralExpression(cells)) throw new Error(`${file.fileName} has no cells`);
  return cells.elements.flatMap((cell) => {
    const type = property(cell, "cell_type");
    const source = property(cell, "source");
    const isCode = type !== undefined && ts.isStringLiteral(type) && type.text === "code";
    return isCode && source !== undefined ? [source] : [];
  });
}

function property(object: ts.Expression, name: string): ts.Expression | undefined {
  if (!ts.isObjectLiteralExpression(object)) return undefined;
  for (const member of object.properties) {
    if (ts.isPropertyAssignment(member) && ts.isStringLiteral(member.name) && member.name.text === name) {
      return member.initializer;
    }
  }
  return undefined;
}

/** A source as nbformat writes it: an array of lines, at the depth of a cell's fields. */
function multilineText(source: string): string {
  const lines = source.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  return JSON.stringify(lines, null, 1).replaceAll("\n", "\n   ");
}
