import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { writeAtomically } from "../../shared/atomic-write";
import { VENV_PYTHON } from "../../shared/paths";
import { listNotebooks } from "../../shared/series";

const TRUST = "from nbformat.sign import TrustNotebookApp; TrustNotebookApp.launch_instance()";

/**
 * Marks the notebooks of the series as trusted, so that JupyterLab runs the JavaScript in their saved outputs and the
 * explorers work before any cell has run. What they contain runs on this machine anyway as soon as a cell does.
 *
 * @param environment as for JupyterLab itself, which reads the signatures
 */
export async function trustNotebooks(environment: NodeJS.ProcessEnv): Promise<void> {
  const notebooks = listNotebooks();
  if (notebooks.length > 0) await promisify(execFile)(VENV_PYTHON, ["-c", TRUST, ...notebooks], { env: environment });
}

/**
 * Keeps JupyterLab from asking in each new browser whether it should show news, and has it save the state of widgets
 * with a notebook, so that they are there when it is opened again. The reader's own settings win.
 */
export function presetLab(configFolder: string): void {
  const write = (name: string, value: object): void =>
    writeAtomically(path.join(configFolder, "labconfig", name), `${JSON.stringify(value, null, 2)}\n`);
  write("page_config.json", { disabledExtensions: { "@jupyterlab/apputils-extension:announcements": true } });
  write("default_setting_overrides.json", { "@jupyter-widgets/jupyterlab-manager:plugin": { saveState: true } });
}
