import { execFile } from "node:child_process";
import { ROOT } from "../../shared/paths";

/** The TensorFlow.js backend of a process that imports the helpers. */
export interface Backend {
  /** `tensorflow` is native TensorFlow. */
  readonly name: string;
  /** TensorFlow's version, if it's native. */
  readonly tensorflowVersion?: string;
}

/** Loads the helpers' backend, multiplies two matrices, and prints the backend in the last line. */
const PROBE = `
  require("tsx/cjs");
  const tf = require("./src/helpers/tf/index.ts");
  (async () => {
    await tf.ready();
    const product = await tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]])).array();
    if (JSON.stringify(product) !== "[[19,22],[43,50]]") throw new Error("wrong product: " + JSON.stringify(product));
    const name = tf.getBackend();
    const tensorflowVersion = name === "tensorflow" ? tf.backend().binding.TF_Version : undefined;
    console.log("\\n" + JSON.stringify({ name, tensorflowVersion }));
    process.exit(0);
  })();
`;

/**
 * Loads the backend in a separate process, so that a crashing library (old CPU, incompatible C library) does no harm.
 *
 * @param environment for example `{ TFJS_BACKEND: "tensorflow" }`, added to this process's environment
 * @returns the backend, or the reason it couldn't be loaded
 */
export function probeBackend(environment: NodeJS.ProcessEnv = {}): Promise<Backend | string> {
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { ...process.env, ...environment }, timeout: 120_000 };
    execFile(process.execPath, ["-e", PROBE], options, (error, stdout, stderr) => {
      if (error === null) return resolve(JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Backend);
      const reason = stderr.split("\n").find((line) => /error/i.test(line)) ?? stderr.split("\n")[0];
      resolve(error.signal ? `it crashed (${error.signal})` : reason.trim());
    });
  });
}
