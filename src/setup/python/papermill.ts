import fs from "node:fs";
import path from "node:path";
import { writeAtomically } from "../../shared/atomic-write";
import { VENV } from "../../shared/paths";

const MODULE = "typescript_papermill";

/**
 * Registers the translator of typescript_papermill.py in `.venv`, so that a papermill that is installed there, or that
 * finds the packages there, can pass parameters to the notebooks.
 */
export function registerPapermillTranslator(): void {
  const libraries = path.join(VENV, "lib");
  for (const python of fs.readdirSync(libraries).filter((name) => name.startsWith("python"))) {
    const folder = path.join(libraries, python, "site-packages");
    const metadata = path.join(folder, `${MODULE}-1.0.dist-info`);
    const files = {
      [path.join(folder, `${MODULE}.py`)]: fs.readFileSync(path.join(__dirname, `${MODULE}.py`), "utf8"),
      [path.join(metadata, "METADATA")]: `Metadata-Version: 2.1\nName: ${MODULE.replace("_", "-")}\nVersion: 1.0\n`,
      [path.join(metadata, "entry_points.txt")]: `[papermill.engine]\ntypescript = ${MODULE}:NBClientEngine\n`,
    };
    for (const [file, content] of Object.entries(files)) {
      if (!fs.existsSync(file) || fs.readFileSync(file, "utf8") !== content) writeAtomically(file, content);
    }
  }
}
