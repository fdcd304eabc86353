import crypto from "node:crypto";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import readline from "node:readline";
import { BUILD, NOTEBOOKS, ROOT, VENV_PYTHON } from "../../shared/paths";
import { SetupError } from "../bootstrap/errors.cjs";
import { supervised } from "../bootstrap/run.cjs";
import { pythonEnvironment } from "../python/python";
import { KERNELSPECS } from "./kernelspec";
import { presetLab, trustNotebooks } from "./lab-settings";

const START_TIMEOUT_MS = 90_000;
/** JupyterLab waits up to 5 seconds for its kernels before it kills them. */
const STOP_TIMEOUT_MS = 12_000;
/** This checkout has its own Jupyter folders, apart from the user's settings, kernels and running servers. */
const JUPYTER_HOME = path.join(BUILD, "jupyter");
const CONFIG = path.join(JUPYTER_HOME, "config");
const LOG = path.join(BUILD, "logs", "jupyterlab.log");

export interface JupyterLabOptions {
  /** By default any free port. */
  readonly port?: number;
  /** The file name of a notebook in `notebooks/` to open. */
  readonly notebook?: string;
  readonly openBrowser?: boolean;
}

export interface JupyterLab {
  /** The page to open, including the token. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Resolves to the exit code when JupyterLab has stopped, for whatever reason. */
  readonly ended: Promise<number>;
  /** Stops JupyterLab and its kernels, and waits for that. */
  stop(): Promise<number>;
}

/**
 * The environment for every Jupyter process: kernels and settings come from `.venv` and `build/jupyter`, not from the
 * user's home.
 */
export function jupyterEnvironment(): NodeJS.ProcessEnv {
  // JUPYTER_PATH, JUPYTERLAB_SETTINGS_DIR and similar variables are meant for the user's own installation.
  const others = Object.entries(pythonEnvironment()).filter(([name]) => !name.startsWith("JUPYTER"));
  return {
    ...Object.fromEntries(others),
    JUPYTER_CONFIG_DIR: CONFIG,
    JUPYTER_DATA_DIR: path.join(JUPYTER_HOME, "data"),
    JUPYTER_RUNTIME_DIR: path.join(JUPYTER_HOME, "runtime"),
    IPYTHONDIR: path.join(JUPYTER_HOME, "ipython"),
  };
}

/**
 * Starts JupyterLab on `notebooks/`, reachable only from this machine and with a new token, and waits until it
 * responds. It can't outlive this process.
 *
 * @param signal stops the start
 * @returns `undefined` if the start was stopped
 * @throws SetupError if the port is taken or JupyterLab doesn't start
 */
export async function startJupyterLab(options: JupyterLabOptions, signal: AbortSignal): Promise<JupyterLab | undefined>;
export async function startJupyterLab(options?: JupyterLabOptions): Promise<JupyterLab>;
export async function startJupyterLab(
  options: JupyterLabOptions = {},
  signal?: AbortSignal,
): Promise<JupyterLab | undefined> {
  if (options.port !== undefined) await requireFreePort(options.port);
  const token = crypto.randomBytes(24).toString("hex");
  fs.mkdirSync(JUPYTER_HOME, { recursive: true });
  fs.mkdirSync(path.dirname(LOG), { recursive: true });
  presetLab(CONFIG);
  const trusted = trustNotebooks(jupyterEnvironment()).catch((error: Error) => {
    console.error(
      `Saved explorers stay still until their cell runs: the notebooks can't be trusted (${error.message}).`,
    );
  });
  // A new folder, so that the only server described in it is this one.
  const runtime = fs.mkdtempSync(path.join(JUPYTER_HOME, "runtime-"));
  const child = supervised(VENV_PYTHON, jupyterArguments(options), {
    cwd: ROOT,
    graceMs: STOP_TIMEOUT_MS,
    // The token is in the environment because other users can read command lines.
    env: { ...jupyterEnvironment(), JUPYTER_RUNTIME_DIR: runtime, JUPYTER_TOKEN: token },
  });
  // After this line JupyterLab may hang instead of exiting.
  const failedToStart = new Promise<undefined>((resolve) => {
    keepLog(child.stderr, (line) => {
      if (/could not be started/.test(line)) resolve(undefined);
      else if (/^\[E /.test(line)) console.error(line);
    });
  });
  child.stdout.resume();
  const ended = new Promise<number>((resolve) => {
    child.on("close", (code) => {
      fs.rmSync(runtime, { recursive: true, force: true });
      resolve(code ?? 1);
    });
  });
  const stop = () => {
    child.stdin.end();
    return ended;
  };
  const aborted = new Promise<undefined>((resolve) => signal?.addEventListener("abort", () => resolve(undefined)));
  const waiting = new AbortController();
  const port = await Promise.race([
    Promise.all([serverPort(runtime, token, waiting.signal), trusted]).then(([announced]) => announced),
    failedToStart,
    aborted,
    ended.then(() => undefined),
  ]);
  waiting.abort();
  if (port === undefined) {
    child.kill("SIGTERM");
    await stop();
    if (signal?.aborted) return undefined;
    throw startError();
  }
  return { url: `http://127.0.0.1:${port}${page(options)}?token=${token}`, port, token, ended, stop };
}

function jupyterArguments(options: JupyterLabOptions): string[] {
  return [
    ...["-m", "jupyterlab"],
    "--ServerApp.ip=127.0.0.1",
    // 0 means any free port. Counting up from 8888, two servers starting at once would choose the same one.
    ...[`--ServerApp.port=${options.port ?? 0}`, "--ServerApp.port_retries=0"],
    `--ServerApp.root_dir=${NOTEBOOKS}`,
    // A browser from a snap can't read the file that Jupyter would redirect it from.
    ...[`--ServerApp.open_browser=${options.openBrowser ? "True" : "False"}`, "--ServerApp.use_redirect_file=False"],
    `--LabApp.default_url=${page(options)}`,
    // No requests to the internet for news, updates or extensions.
    ...["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
    "--LabApp.extension_manager=readonly",
    // There are no language servers, and looking for two dozen of them takes time.
    "--LanguageServerManager.autodetect=False",
    ...ourKernels().map((name) => `--KernelSpecManager.allowed_kernelspecs=${name}`),
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
}

/** All kernels in `.venv` except Python's, which ipywidgets installs and which runs no notebook of the series. */
function ourKernels(): string[] {
  return fs.readdirSync(KERNELSPECS).filter((name) => name !== "python3");
}

function page({ notebook }: JupyterLabOptions): string {
  return notebook === undefined ? "/lab" : `/lab/tree/${encodeURIComponent(notebook)}`;
}

function keepLog(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  // Only for the user: JupyterLab logs its address with the token.
  fs.rmSync(LOG, { force: true });
  const file = fs.createWriteStream(LOG, { mode: 0o600 });
  readline.createInterface({ input: stream }).on("line", (line) => {
    file.write(`${line}\n`);
    onLine(line);
  });
}

/** Waits until JupyterLab has announced its port and responds there. */
async function serverPort(runtime: string, token: string, signal: AbortSignal): Promise<number | undefined> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !signal.aborted) {
    const port = readPort(runtime);
    if (port !== undefined && (await answers(port, token))) return port;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return undefined;
}

function readPort(runtime: string): number | undefined {
  try {
    const name = fs.readdirSync(runtime).find((one) => /^jpserver-\d+\.json$/.test(one));
    if (name === undefined) return undefined;
    return (JSON.parse(fs.readFileSync(path.join(runtime, name), "utf8")) as { port: number }).port;
  } catch {
    // Half written, or already gone.
    return undefined;
  }
}

async function answers(port: number, token: string): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/api/status`, {
      headers: { Authorization: `token ${token}` },
    });
    return response.ok;
  } catch {
    return false;
  }
}

function startError(): SetupError {
  const lines = fs.readFileSync(LOG, "utf8").trim().split("\n");
  return new SetupError(
    "JupyterLab didn't start.",
    lines.at(-1) || "it printed nothing",
    `see ${path.relative(process.cwd(), LOG)}; \`npm run doctor\` checks what it needs`,
  );
}

/** @throws SetupError if the port is taken or can't be used */
function requireFreePort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "another program is using it" : error.message;
      reject(
        new SetupError(
          `JupyterLab can't use port ${port}.`,
          why,
          "choose another --port, or leave it out to use any free port",
        ),
      );
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
  });
}
