import path from "node:path";
import { KERNEL_NAME } from "../shared/paths";
import { NOTEBOOK_NAME, nameOf } from "../shared/series";
import { codeCells, textOf, type Cell, type Notebook, type Output } from "./notebook";

const MAX_BYTES = 1_000_000;
const KERNELSPEC = { name: KERNEL_NAME, display_name: "TypeScript", language: "typescript" };
const PACKAGES = ["cnn-helpers", "arquero", "nodeplotlib"];

/** What must not appear in an output; each pattern has been seen in one. */
const UNWANTED: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
  [
    "an absolute path",
    /(?:^|[\s"'`(=:[])(?:file:\/\/)?\/(?:home|root|Users|tmp|var|usr|opt|work|mnt|private)\/[^\s"'`)]*/m,
  ],
  ["a log line", /^(?:\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d|[IWEF]\d{4} \d\d:\d\d).*/m],
  ["a warning", /^.*(?:\bwarn(?:ing)?\b|\bdeprecat|\(node:\d+\)).*/im],
];

/**
 * Checks a committed notebook: one title, cell ids, kernel, every cell executed in order without errors, clean outputs,
 * size, name, links and imports.
 *
 * @param file the notebook's path; its name is checked
 * @param bytes the file's size
 * @param series the file names of the whole series in order, including this one
 * @returns what is wrong, one sentence each; empty if nothing is
 */
export function lintNotebook(file: string, notebook: Notebook, bytes: number, series: readonly string[]): string[] {
  return [
    ...checkName(file, series),
    ...checkSize(bytes),
    ...checkKernel(notebook),
    ...checkIds(notebook),
    ...checkTitle(notebook),
    ...checkLinks(path.basename(file), notebook, series),
    ...codeCells(notebook).flatMap((cell, index) =>
      [...checkExecution(cell, index + 1), ...checkImports(cell), ...(cell.outputs ?? []).flatMap(checkOutput)].map(
        (fault) => `cell [${index + 1}]: ${fault}`,
      ),
    ),
  ];
}

function checkName(file: string, series: readonly string[]): string[] {
  const name = nameOf(file);
  const number = NOTEBOOK_NAME.exec(name)?.[1];
  if (number === undefined) return [`expected a name like 04-load.ipynb, found ${path.basename(file)}`];
  const twin = series.find((other) => other.startsWith(`${number}-`) && nameOf(other) !== name);
  return twin === undefined ? [] : [`${twin} has the same number, ${number}`];
}

function checkSize(bytes: number): string[] {
  return bytes < MAX_BYTES ? [] : [`expected less than ${MAX_BYTES} bytes, found ${bytes}`];
}

function checkKernel({ metadata, nbformat, nbformat_minor }: Notebook): string[] {
  const faults: string[] = [];
  if (nbformat !== 4 || nbformat_minor < 5)
    faults.push(`expected nbformat 4.5, which has cell ids, found ${nbformat}.${nbformat_minor}`);
  for (const [key, expected] of Object.entries(KERNELSPEC)) {
    const found = metadata.kernelspec?.[key as keyof typeof KERNELSPEC];
    if (found !== expected) faults.push(`expected the kernelspec's ${key} to be ${expected}, found ${found}`);
  }
  return faults;
}

function checkIds({ cells }: Notebook): string[] {
  const ids = cells.map((cell) => cell.id);
  const missing = ids.flatMap((id, index) => (id ? [] : [`cell ${index + 1} has no id`]));
  const twins = ids.filter((id, index) => id && ids.indexOf(id) !== index);
  return [...missing, ...twins.map((id) => `two cells have the id ${id}`)];
}

function checkTitle({ cells }: Notebook): string[] {
  const titles = cells.flatMap((cell, index) =>
    cell.cell_type === "markdown" ? headings(cell).map((text) => ({ text, index })) : [],
  );
  if (titles.length !== 1)
    return [`expected one top heading, found ${titles.length}: ${titles.map(({ text }) => text).join(", ")}`];
  return titles[0].index === 0 ? [] : ["expected the top heading in the first cell"];
}

/** The first-level headings; a `#` in a fenced code block isn't one. */
function headings(cell: Cell): string[] {
  const prose = textOf(cell.source).replace(/^(`{3,}|~{3,})[^]*?^\1/gm, "");
  return prose.split("\n").filter((line) => /^# /.test(line) || /<h1[ >]/i.test(line));
}

function checkLinks(fileName: string, { cells }: Notebook, series: readonly string[]): string[] {
  const prose = cells
    .filter((cell) => cell.cell_type === "markdown")
    .map((cell) => textOf(cell.source))
    .join("\n");
  const linked = [...prose.matchAll(/\]\((?:\.\/)?([^)\s#/]+\.ipynb)/g)].map((match) => match[1]);
  const broken = linked
    .filter((target) => !series.includes(target))
    .map((target) => `links to ${target}, which doesn't exist`);
  const next = series[series.indexOf(fileName) + 1];
  return next === undefined || linked.includes(next)
    ? broken
    : [...broken, `expected a link to the next notebook, ${next}`];
}

function checkExecution(cell: Cell, number: number): string[] {
  if (!textOf(cell.source).trim()) return ["is empty"];
  return cell.execution_count === number
    ? []
    : [`expected execution count ${number}, found ${cell.execution_count}: run npm run notebooks -- --save`];
}

function checkImports(cell: Cell): string[] {
  const specifiers = [...textOf(cell.source).matchAll(/^\s*(?:import|export)\b[^;'"]*["']([^"']+)["']/gm)].map(
    (match) => match[1],
  );
  return specifiers
    .filter((specifier) => !specifier.startsWith("node:") && !PACKAGES.includes(specifier))
    .map((specifier) => `imports ${specifier}; expected one of ${PACKAGES.join(", ")}, node:…`);
}

function checkOutput(output: Output): string[] {
  if (output.output_type === "error") return [`has the error ${output.ename}: ${output.evalue}`];
  if (output.name === "stderr") return [`wrote to standard error: ${firstLine(textOf(output.text ?? ""))}`];
  return texts(output).flatMap((text) =>
    UNWANTED.flatMap(([name, pattern]) => {
      const found = pattern.exec(text);
      return found ? [`has ${name} in its output: ${firstLine(found[0].trim())}`] : [];
    }),
  );
}

/** The text that a reader sees: streams and the text representations of displays, without styles and scripts. */
function texts({ text, data = {} }: Output): string[] {
  const representations = Object.entries(data).flatMap(([type, value]) =>
    type.startsWith("text/") ? [textOf(value as string | string[])] : [],
  );
  return [...(text === undefined ? [] : [textOf(text)]), ...representations].map((shown) =>
    shown.replace(/<(style|script)\b[^]*?<\/\1>/gi, ""),
  );
}

function firstLine(text: string): string {
  return text.split("\n")[0].slice(0, 120);
}
