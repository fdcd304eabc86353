import fs from "node:fs";
import path from "node:path";
import type { Cell, Notebook } from "../../src/notebooks/notebook";
import { jupyterEnvironment } from "../../src/setup/jupyter/jupyter-lab";
import { UNMODIFIED_TSLAB, projectKernelspec } from "../../src/setup/jupyter/kernelspec";
import { BUILD, KERNEL_NAME, ROOT } from "../../src/shared/paths";

/** A folder for a test, inside the project so that the kernels started in it find the packages; empty at first. */
export function makeFolder(name: string): string {
  const folder = path.join(BUILD, "test", name);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  return folder;
}

/**
 * A small checkout: an empty folder for notebooks, a copy of the helpers, which find and save things there, and the
 * data. What the reader trained and saved isn't touched.
 *
 * @returns The folder for notebooks.
 */
export function makeWorkshop(name: string): string {
  const folder = makeFolder(name);
  for (const name of ["helpers", "shared"]) {
    fs.cpSync(path.join(ROOT, "src", name), path.join(folder, "src", name), { recursive: true });
  }
  fs.symlinkSync(path.join(ROOT, "data"), path.join(folder, "data"));
  fs.mkdirSync(path.join(folder, "node_modules"));
  fs.symlinkSync(path.join("..", "src", "helpers"), path.join(folder, "node_modules", "cnn-helpers"));
  fs.mkdirSync(path.join(folder, "notebooks"));
  return path.join(folder, "notebooks");
}

/** A kernelspec of unmodified tslab, for these tests alone. @returns Its name. */
export function installUnmodifiedTslab(): string {
  const name = "unmodified-tslab";
  const folder = path.join(jupyterEnvironment().JUPYTER_DATA_DIR as string, "kernels", name);
  fs.mkdirSync(folder, { recursive: true });
  // Whole at any time: test files that run at the same time each write it.
  const temporary = path.join(folder, `kernel.json.${process.pid}`);
  fs.writeFileSync(temporary, JSON.stringify(projectKernelspec(UNMODIFIED_TSLAB, name)));
  fs.renameSync(temporary, path.join(folder, "kernel.json"));
  return name;
}

/** A notebook that was never run: a title, then these code cells. */
export function notebookOf(sources: readonly string[], kernel: string = KERNEL_NAME): Notebook {
  const title: Cell = { cell_type: "markdown", id: "title", metadata: {}, source: "# A notebook of a test" };
  const code = sources.map((source, index): Cell => {
    return { cell_type: "code", id: `code-${index + 1}`, metadata: {}, source, execution_count: null, outputs: [] };
  });
  return {
    cells: [title, ...code],
    metadata: { kernelspec: { name: kernel, display_name: "TypeScript", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

export function writeNotebook(file: string, notebook: Notebook): string {
  fs.writeFileSync(file, `${JSON.stringify(notebook, null, 1)}\n`);
  return file;
}
