import path from "node:path";

/** The checkout's folder. */
export const ROOT = path.resolve(__dirname, "..", "..");
/** The series; JupyterLab and the kernels start here. */
export const NOTEBOOKS = path.join(ROOT, "notebooks");
/** Facts about the data, and small data files of the project's own. */
export const DATA = path.join(ROOT, "data");
/** Everything made by a command and ignored by git: executed notebooks, HTML, screenshots, test reports. */
export const BUILD = path.join(ROOT, "build");
/** The Python environment with JupyterLab, and the kernelspec in it. */
export const VENV = path.join(ROOT, ".venv");
export const VENV_PYTHON = path.join(VENV, "bin", "python");
/** The name under which JupyterLab finds this project's kernel. */
export const KERNEL_NAME = "tslab";
