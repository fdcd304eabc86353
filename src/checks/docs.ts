import path from "node:path";
import { run } from "../setup/bootstrap/run.cjs";
import { BUILD, ROOT, VENV } from "../shared/paths";
import { listNotebooks } from "../shared/series";
import { checkExamples } from "./examples";

const DOCS = path.join(BUILD, "docs");

/**
 * `npm run docs`: makes the API pages of `cnn-helpers` in build/docs, with the notebooks that they link to. What lacks
 * a description or an example, an example that doesn't compile and every warning of TypeDoc are errors.
 *
 * @returns The exit code: 0 when nothing is wrong.
 */
export async function docs(): Promise<number> {
  const findings = [...checkExamples(), ...(await typedoc()), ...(await notebookPages(listNotebooks()))];
  for (const finding of findings) console.error(finding);
  const count = findings.length;
  if (count > 0) console.log(`API pages: ${count} finding${count === 1 ? "" : "s"}`);
  else console.log(`API pages: ${path.relative(process.cwd(), path.join(DOCS, "index.html"))}`);
  return count === 0 ? 0 : 1;
}

async function typedoc(): Promise<string[]> {
  const script = path.join(ROOT, "node_modules", "typedoc", "bin", "typedoc");
  const env = { ...process.env, NO_COLOR: "1" };
  const { code, output } = await run(process.execPath, [script, "--logLevel", "Warn"], { cwd: ROOT, env });
  return code === 0 ? [] : linesOf(output);
}

/** Renders the notebooks, with the outputs that they have, beside the API pages. */
async function notebookPages(notebooks: readonly string[]): Promise<string[]> {
  const target = path.join(DOCS, "notebooks");
  const python = path.join(VENV, "bin", "python");
  const options = ["--to=html", "--log-level=ERROR", `--output-dir=${target}`];
  const { code, output } = await run(python, ["-m", "nbconvert", ...options, ...notebooks], { cwd: ROOT });
  return code === 0 ? [] : linesOf(output);
}

function linesOf(output: string): string[] {
  return output.split("\n").filter((line) => line.trim() !== "");
}
