import path from "node:path";
import { parseArgs } from "node:util";
import { hasDesktop } from "../../shared/desktop";
import { isNamed, listNotebooks, nameOf } from "../../shared/series";
import { SetupError } from "../bootstrap/errors.cjs";
import { step } from "../bootstrap/progress.cjs";
import { type JupyterLabOptions, startJupyterLab } from "./jupyter-lab";

const USAGE = "npm start -- [--port N] [--no-browser] [NOTEBOOK], for example: npm start -- --port 9000 04-load";

/**
 * Parses the command line of `npm start`.
 *
 * @throws SetupError for an unknown option, an invalid port or an unknown notebook
 */
export function startOptions(args: string[]): JupyterLabOptions {
  const { values, positionals } = parseCommandLine(args);
  if (positionals.length > 1) {
    throw new SetupError("npm start opens only one notebook.", `found ${positionals.join(" and ")}`, USAGE);
  }
  return {
    port: values.port === undefined ? undefined : portNumber(values.port),
    notebook: positionals.length === 0 ? undefined : findNotebook(positionals[0]),
    openBrowser: !values["no-browser"] && hasDesktop(),
  };
}

/** `npm start`: runs JupyterLab until it is interrupted. Returns the exit code. */
export async function start(options: JupyterLabOptions): Promise<number> {
  const interrupted = new Promise<"interrupted">((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => resolve("interrupted"));
  });
  const lab = await step("Starting JupyterLab", () => startJupyterLab(options));
  console.log(`JupyterLab: ${lab.url}   (Ctrl-C stops it)`);
  // Users can also stop it from JupyterLab's menu: File > Shut Down.
  const end = await Promise.race([interrupted, lab.ended]);
  if (end !== "interrupted") return end;
  await step("Stopping JupyterLab and its kernels", () => lab.stop());
  return 0;
}

function parseCommandLine(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { port: { type: "string" }, "no-browser": { type: "boolean" } },
    });
  } catch (error) {
    throw new SetupError("npm start: invalid arguments.", (error as Error).message, USAGE);
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new SetupError("--port: expected a number from 1 to 65535.", `found "${text}"`, USAGE);
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
