import path from "node:path";
import { installPythonTools } from "../src/setup/python/tools-venv";
import { BUILD } from "../src/shared/paths";

const ENVIRONMENT = path.join(BUILD, "bench-venv");

/** The interpreter of the rivals' environment. */
export const BENCH_PYTHON = path.join(ENVIRONMENT, "bin", "python");

/**
 * Makes the rivals' Python environment and installs Keras, TensorFlow and PyTorch into it, unless it is there for
 * these requirements already.
 *
 * @throws SetupError when there is no fitting Python or pip fails
 */
export async function installRivals(): Promise<void> {
  await installPythonTools(ENVIRONMENT, path.join(__dirname, "requirements.txt"), "Keras, TensorFlow and PyTorch");
}
