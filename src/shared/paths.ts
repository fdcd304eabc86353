import path from "node:path";

/** The root of the checkout. */
export const ROOT = path.resolve(__dirname, "..", "..");
/** The notebooks of the series; JupyterLab and the kernels start here. */
export const NOTEBOOKS = path.join(ROOT, "notebooks");
/** Small data files, and where the data comes from. */
export const DATA = path.join(ROOT, "data");
/** Everything that commands write and git ignores: executed notebooks, HTML, screenshots, test reports. */
export const BUILD = path.join(ROOT, "build");
/** Where `fit` records runs, unless the environment's `RUNS_FILE` names another file. Git ignores it. */
export const RUNS_FILE = path.join(ROOT, "runs", "runs.jsonl");
/** The Python environment, with JupyterLab and the kernelspec. */
export const VENV = path.join(ROOT, ".venv");
export const VENV_PYTHON = path.join(VENV, "bin", "python");
/** The name under which JupyterLab finds this project's kernel. */
export const KERNEL_NAME = "tslab";
