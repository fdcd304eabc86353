/**
 * JupyterLab in Chromium, as a reader has it. A test works on a copy of the notebooks under build/, with settings
 * of its own, so that neither the committed notebooks nor the user's JupyterLab are touched.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import type { Notebook, Output } from "../../src/notebooks/notebook";
import { supervised } from "../../src/setup/bootstrap/run.cjs";
import { jupyterEnvironment } from "../../src/setup/jupyter/jupyter-lab";
import { BUILD, NOTEBOOKS, VENV_PYTHON } from "../../src/shared/paths";
import { findChromium } from "./chromium";

const SCREENSHOTS = path.join(BUILD, "screenshots");
const START_TIMEOUT = 60_000;
const POLL = 200;

/** What the page's `window.jupyterapp` offers, as far as it is used here. */
interface JupyterApp {
  readonly commands: { execute(command: string): Promise<unknown> };
  readonly shell: {
    readonly currentWidget: {
      readonly context?: { readonly isReady: boolean };
      readonly content: {
        activeCellIndex: number;
        readonly widgets: ReadonlyArray<{ readonly model: { readonly type: string } }>;
        readonly model: { toJSON(): Notebook };
      };
      readonly sessionContext?: { readonly session?: { readonly kernel?: { readonly status: string } | null } | null };
    } | null;
  };
}

declare const window: { readonly jupyterapp: JupyterApp };

/** A notebook that is open in JupyterLab. */
export interface Lab {
  /** Playwright's page, for whatever the functions below don't do. */
  readonly page: Page;
  /** The open copy on disk. */
  readonly file: string;
  /** Takes away what was saved with the notebook, so that what is there afterwards is new. */
  clearOutputs(): Promise<void>;
  /** Every cell, from the top, as the menu's Run All Cells; settles when the last one is done or one has failed. */
  runAll(): Promise<void>;
  /** One cell (0 is the first cell of the notebook, text cells count too); settles when it is done. */
  runCell(index: number): Promise<void>;
  /** Waits until the kernel says that it has nothing to do. @throws Error after `timeout` milliseconds. */
  waitUntilIdle(timeout?: number): Promise<void>;
  /** JupyterLab's word for the kernel: `idle`, `busy`, `starting`, `dead`, … */
  kernelStatus(): Promise<string>;
  /** A JupyterLab command by its id, such as `kernelmenu:restart`. */
  command(id: string): Promise<void>;
  /** The notebook as it stands in the browser, saved or not. */
  notebook(): Promise<Notebook>;
  /** The outputs of all code cells, in order. */
  outputs(): Promise<Output[]>;
  /** A PNG of the window, kept as build/screenshots/<name>.png. @returns its path. */
  screenshot(name: string): Promise<string>;
  /** Ends the browser, JupyterLab and its kernels, and removes the copy. */
  close(): Promise<void>;
}

export interface LabOptions {
  /**
   * A notebook of the series by its file name (`00-quickstart.ipynb`), or the path of any other; the folder's
   * other notebooks and what lies beside them are copied too.
   */
  readonly notebook: string;
  /** More environment for JupyterLab and its kernels, such as `{ EPOCHS: "1" }`. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Opens a copy of a notebook in JupyterLab in a headless Chromium.
 *
 * @throws Error if there is no Chromium, or JupyterLab or the notebook does not open within a minute.
 */
export async function openLab({ notebook, env = {} }: LabOptions): Promise<Lab> {
  const executable = findChromium();
  if (executable === undefined) throw new Error("no Chromium found: install it or set CHROMIUM to its executable");
  const original = path.resolve(NOTEBOOKS, notebook);
  const folder = makeFolder();
  const file = path.join(folder, "notebooks", path.basename(original));
  fs.cpSync(path.dirname(original), path.dirname(file), { recursive: true });

  const closers: Array<() => Promise<void> | void> = [() => fs.rmSync(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const server = await startServer(folder, env);
    closers.push(server.close);
    const browser = await launch(executable);
    closers.push(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    await page.goto(`${server.url}/lab/tree/${encodeURIComponent(path.basename(file))}?token=${server.token}`);
    await waitForKernel(page);
    return { ...actions(page), page, file, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function actions(page: Page): Omit<Lab, "page" | "file" | "close"> {
  const kernelStatus = () =>
    page.evaluate(() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status ?? "none");
  const notebook = () =>
    page.evaluate(() => {
      const widget = window.jupyterapp.shell.currentWidget;
      if (!widget) throw new Error("no notebook is open");
      return widget.content.model.toJSON();
    });
  const command = async (id: string) => {
    await page.evaluate(async (command) => {
      await window.jupyterapp.commands.execute(command);
    }, id);
  };
  return {
    kernelStatus,
    notebook,
    command,
    clearOutputs: () => command("notebook:clear-all-cell-outputs"),
    runAll: () => command("notebook:run-all-cells"),
    runCell: async (index) => {
      await page.evaluate((cell) => {
        const widget = window.jupyterapp.shell.currentWidget;
        if (widget) widget.content.activeCellIndex = cell;
      }, index);
      await command("notebook:run-cell");
    },
    waitUntilIdle: (timeout = 60_000) =>
      poll("the kernel to be idle", timeout, async () => (await kernelStatus()) === "idle"),
    outputs: async () => (await notebook()).cells.flatMap((cell) => cell.outputs ?? []),
    screenshot: async (name) => {
      fs.mkdirSync(SCREENSHOTS, { recursive: true });
      const file = path.join(SCREENSHOTS, `${name}.png`);
      await page.screenshot({ path: file });
      return file;
    },
  };
}

/** A folder under build/, so that the kernels started in it find the project's packages up the tree. */
function makeFolder(): string {
  const parent = path.join(BUILD, "browser");
  fs.mkdirSync(parent, { recursive: true });
  return fs.mkdtempSync(path.join(parent, "lab-"));
}

async function startServer(folder: string, env: Readonly<Record<string, string>>) {
  const token = randomBytes(16).toString("hex");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeSettings(path.join(folder, "settings"));
  const log: string[] = [];
  const server = supervised(
    VENV_PYTHON,
    [
      "-m",
      "jupyterlab",
      "--no-browser",
      "--ip=127.0.0.1",
      `--port=${port}`,
      "--port-retries=0",
      "--allow-root",
      `--ServerApp.root_dir=${path.join(folder, "notebooks")}`,
      // `npm start` signs the committed notebooks, whose copies these are; here nothing is trusted yet.
      `--NotebookNotary.db_file=${path.join(folder, "signatures.db")}`,
      "--LabApp.expose_app_in_browser=True",
    ],
    {
      env: {
        ...jupyterEnvironment(),
        ...env,
        JUPYTER_TOKEN: token,
        JUPYTER_CONFIG_DIR: path.join(folder, "config"),
        JUPYTER_RUNTIME_DIR: path.join(folder, "runtime"),
        JUPYTERLAB_SETTINGS_DIR: path.join(folder, "settings"),
        JUPYTERLAB_WORKSPACES_DIR: path.join(folder, "workspaces"),
      },
    },
  );
  const ended = once(server, "exit");
  const close = async () => {
    server.stdin.end();
    await ended;
  };
  server.stdout.on("data", (text) => log.push(String(text)));
  server.stderr.on("data", (text) => log.push(String(text)));
  try {
    await poll("JupyterLab to start", START_TIMEOUT, async () => {
      if (server.exitCode !== null) throw new Error(`JupyterLab ended with exit code ${server.exitCode}`);
      return fetch(`${url}/api/status?token=${token}`).then(
        (reply) => reply.ok,
        () => false,
      );
    });
  } catch (error) {
    await close();
    throw new Error(`${(error as Error).message}. Its last lines:\n${log.join("").split("\n").slice(-15).join("\n")}`);
  }
  return { url, token, close };
}

/** JupyterLab asks about news and hides cells out of sight by default; a test wants neither. */
function writeSettings(folder: string): void {
  const write = (plugin: string, settings: object) => {
    const file = path.join(folder, "@jupyterlab", `${plugin}.jupyterlab-settings`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(settings));
  };
  write("apputils-extension/notification", { fetchNews: "false", checkForUpdates: false, doNotDisturbMode: true });
  write("notebook-extension/tracker", { windowingMode: "none" });
}

function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

async function waitForKernel(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const widget = window.jupyterapp?.shell?.currentWidget;
      return widget?.context?.isReady === true && widget.sessionContext?.session?.kernel?.status === "idle";
    },
    undefined,
    { timeout: START_TIMEOUT },
  );
}

async function freePort(): Promise<number> {
  const listener = net.createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address() as net.AddressInfo;
  listener.close();
  await once(listener, "close");
  return address.port;
}

/** Asks again and again until the answer is yes. @throws Error naming `what` after `timeout` milliseconds. */
async function poll(what: string, timeout: number, isDone: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!(await isDone())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeout / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}
