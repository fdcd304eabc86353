import type { Axis } from "plotly.js";
import { formatShort } from "../../display/format";
import type { Figure } from "./figure";

/** Describes a figure in words: its title, its axes, and the type, name and range of each trace. */
export function figureText(figure: Figure): string {
  const lines = [`Plot: ${titleText(figure.layout.title) ?? "untitled"}`];
  for (const [name, axis] of Object.entries(figure.layout)) {
    const title = /^[xy]axis\d*$/.test(name) ? titleText((axis as Partial<Axis>).title) : undefined;
    if (title !== undefined) lines.push(`  ${name.replace("axis", " axis ").trim()}: ${title}`);
  }
  for (const trace of figure.data) {
    const parts = [trace.type ?? "scatter", trace.name === undefined ? "" : `"${trace.name}"`];
    for (const axis of ["x", "y", "z"] as const) {
      const extent = extentText(trace[axis]);
      if (extent !== undefined) parts.push(`${axis} ${extent}`);
    }
    lines.push(`  ${parts.filter((part) => part !== "").join(", ")}`);
  }
  for (const { text } of figure.layout.annotations ?? []) if (text) lines.push(`  ${text}`);
  return unescaped(
    lines
      .join("\n")
      .replace(/<br>/g, " · ")
      .replace(/<[^>]*>/g, ""),
  );
}

/** Undoes the escaping of `plainLabel`. */
function unescaped(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

function titleText(title: string | { text?: string } | undefined): string | undefined {
  return typeof title === "string" ? title : title?.text;
}

/** The lowest and highest number, or the first and last name. */
function extentText(values: unknown): string | undefined {
  if (!Array.isArray(values)) return undefined;
  const flat: unknown[] = values.flat(2).filter((value) => value !== null);
  if (flat.length === 0) return "empty";
  const numbers = flat.filter((value): value is number => typeof value === "number");
  if (numbers.length < flat.length) return `${String(flat[0])} … ${String(flat[flat.length - 1])}`;
  const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
  const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
  return `${formatShort(low, 4)} … ${formatShort(high, 4)}`;
}
