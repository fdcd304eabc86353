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

const START_TIMEOUT_MS = 90_000;
/** JupyterLab itself waits up to 5 seconds for its kernels before it kills them. */
const STOP_TIMEOUT_MS = 12_000;
/** Jupyter's own folders for this checkout, so that settings, kernels and running servers of the user's stay apart. */
const JUPYTER_HOME = path.join(BUILD, "jupyter");
const LOG = path.join(BUILD, "logs", "jupyterlab.log");

export interface JupyterLabOptions {
  /** The port that it has to be; without one, any that is free. */
  readonly port?: number;
  /** A notebook to open, as a file name in `notebooks/`. */
  readonly notebook?: string;
  readonly openBrowser?: boolean;
}

export interface JupyterLab {
  /** The page to open, with the token. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  /** Fulfilled with the exit code when JupyterLab has ended, for whatever reason. */
  readonly ended: Promise<number>;
  /** Ends JupyterLab and its kernels, and waits for that. */
  stop(): Promise<number>;
}

/**
 * The environment for every Jupyter program of ours: its kernels and settings come from `.venv` and `build/jupyter`, not
 * from the user's home.
 */
export function jupyterEnvironment(): NodeJS.ProcessEnv {
  // JUPYTER_PATH, JUPYTERLAB_SETTINGS_DIR and their like are meant for the user's own installation.
  const others = Object.entries(pythonEnvironment()).filter(([name]) => !name.startsWith("JUPYTER"));
  return {
    ...Object.fromEntries(others),
    JUPYTER_CONFIG_DIR: path.join(JUPYTER_HOME, "config"),
    JUPYTER_DATA_DIR: path.join(JUPYTER_HOME, "data"),
    JUPYTER_RUNTIME_DIR: path.join(JUPYTER_HOME, "runtime"),
    IPYTHONDIR: path.join(JUPYTER_HOME, "ipython"),
  };
}

/**
 * Starts JupyterLab on `notebooks/`, for this computer's user only (127.0.0.1, a new token), and waits until it answers.
 * It ends with this process at the latest.
 *
 * @throws SetupError if the port is taken or JupyterLab does not start
 */
export async function startJupyterLab(options: JupyterLabOptions = {}): Promise<JupyterLab> {
  if (options.port !== undefined) await requireFreePort(options.port);
  const token = crypto.randomBytes(24).toString("hex");
  fs.mkdirSync(JUPYTER_HOME, { recursive: true });
  fs.mkdirSync(path.dirname(LOG), { recursive: true });
  // Of its own, so that the one server described there is this one.
  const runtime = fs.mkdtempSync(path.join(JUPYTER_HOME, "runtime-"));
  const child = supervised(VENV_PYTHON, jupyterArguments(options), {
    cwd: ROOT,
    grace: STOP_TIMEOUT_MS,
    // In the environment, since other users may read a command line.
    env: { ...jupyterEnvironment(), JUPYTER_RUNTIME_DIR: runtime, JUPYTER_TOKEN: token },
  });
  // JupyterLab may hang after that instead of ending.
  const refused = new Promise<undefined>((resolve) => {
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
  const port = await Promise.race([serverPort(runtime, token), refused, ended.then(() => undefined)]);
  if (port === undefined) {
    await stop();
    throw startError();
  }
  return { url: `http://127.0.0.1:${port}${page(options)}?token=${token}`, port, token, ended, stop };
}

function jupyterArguments(options: JupyterLabOptions): string[] {
  return [
    ...["-m", "jupyterlab"],
    "--ServerApp.ip=127.0.0.1",
    // 0: any. Counting up from 8888, two that start at the same moment would choose the same one.
    ...[`--ServerApp.port=${options.port ?? 0}`, "--ServerApp.port_retries=0"],
    `--ServerApp.root_dir=${NOTEBOOKS}`,
    // A browser from a snap cannot read the file that Jupyter would point it to.
    ...[`--ServerApp.open_browser=${options.openBrowser ? "True" : "False"}`, "--ServerApp.use_redirect_file=False"],
    `--LabApp.default_url=${page(options)}`,
    // Nothing asks the internet for news, updates or extensions.
    ...["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"],
    "--LabApp.extension_manager=readonly",
    // No language server is installed, and looking for two dozen of them takes time.
    "--LanguageServerManager.autodetect=False",
    ...ourKernels().map((name) => `--KernelSpecManager.allowed_kernelspecs=${name}`),
    ...(process.getuid?.() === 0 ? ["--allow-root"] : []),
  ];
}

/** Every kernel in `.venv` but Python's, which comes along with ipywidgets and would run no notebook of the series. */
function ourKernels(): string[] {
  return fs.readdirSync(KERNELSPECS).filter((name) => name !== "python3");
}

function page({ notebook }: JupyterLabOptions): string {
  return notebook === undefined ? "/lab" : `/lab/tree/${encodeURIComponent(notebook)}`;
}

function keepLog(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  const file = fs.createWriteStream(LOG);
  readline.createInterface({ input: stream }).on("line", (line) => {
    file.write(`${line}\n`);
    onLine(line);
  });
}

/** Waits for JupyterLab to say which port it took, and to answer there. */
async function serverPort(runtime: string, token: string): Promise<number | undefined> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
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
    // Half written, or gone again.
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
    "JupyterLab did not start.",
    lines.at(-1) || "it wrote nothing",
    `see ${path.relative(process.cwd(), LOG)}; \`npm run doctor\` checks what it needs`,
  );
}

/** @throws SetupError if something listens on the port already, or it may not be used */
function requireFreePort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "another program listens on it" : error.message;
      reject(
        new SetupError(
          `JupyterLab cannot use port ${port}.`,
          why,
          "choose another --port, or leave it out: a free one is found",
        ),
      );
    });
    server.listen(port, "127.0.0.1", () => server.close(() => resolve()));
  });
}
