import path from "node:path";
import { hasDesktop } from "../../shared/desktop";
import { isNamed, listNotebooks, nameOf } from "../../shared/series";
import { SetupError } from "../bootstrap/errors.cjs";
import { step } from "../bootstrap/progress.cjs";
import { startArguments, USAGE } from "../bootstrap/start-arguments.cjs";
import { type JupyterLabOptions, startJupyterLab } from "./jupyter-lab";

/**
 * Parses the command line of `npm start`.
 *
 * @throws SetupError for an unknown option, an invalid port or an unknown notebook
 */
export function startOptions(args: string[]): JupyterLabOptions {
  const { port, notebook, browser } = startArguments(args);
  return {
    port,
    notebook: notebook === undefined ? undefined : findNotebook(notebook),
    openBrowser: browser && hasDesktop(),
  };
}

/** `npm start`: runs JupyterLab until it is interrupted. Returns the exit code. */
export async function start(options: JupyterLabOptions): Promise<number> {
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interruption.abort());
  const interrupted = new Promise<"interrupted">((resolve) => {
    interruption.signal.addEventListener("abort", () => resolve("interrupted"));
  });
  const lab = await step("Starting JupyterLab", () => startJupyterLab(options, interruption.signal));
  if (lab === undefined) return 0;
  console.log(`JupyterLab: ${lab.url}   (Ctrl-C stops it)`);
  // Users can also stop it from JupyterLab's menu: File > Shut Down.
  const end = await Promise.race([interrupted, lab.ended]);
  if (end !== "interrupted") return end;
  await step("Stopping JupyterLab and its kernels", () => lab.stop());
  return 0;
}

/**
 * The file of a notebook that is named in full (`04-load.ipynb`), without its extension (`04-load`) or by number (`04`
 * or `4`).
 */
function findNotebook(name: string): string {
  const files = listNotebooks();
  const [file] = files.filter((one) => isNamed(one, name));
  if (file !== undefined) return path.basename(file);
  const known = files.map(nameOf).join(", ") || "none yet";
  throw new SetupError(`There is no notebook "${name}".`, `notebooks/ has: ${known}`, USAGE);
}
