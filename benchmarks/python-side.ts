import path from "node:path";
import { installPythonTools } from "../src/setup/python/tools-venv";
import { BUILD } from "../src/shared/paths";

const ENVIRONMENT = path.join(BUILD, "bench-venv");

/** The Python interpreter that runs Keras and PyTorch. */
export const BENCH_PYTHON = path.join(ENVIRONMENT, "bin", "python");

/**
 * Creates the Python environment with Keras, TensorFlow and PyTorch, unless it exists and matches the requirements.
 *
 * @throws SetupError if there is no suitable Python or pip fails
 */
export async function installContestants(): Promise<void> {
  await installPythonTools(ENVIRONMENT, path.join(__dirname, "requirements.txt"), "Keras, TensorFlow and PyTorch");
}
