import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { makeFolderAtomically } from "../../shared/atomic-write";
import { ROOT } from "../../shared/paths";
import { step } from "../bootstrap/progress.cjs";
import { run, writeLog } from "../bootstrap/run.cjs";
import { BackendUnavailable } from "./backend-unavailable";
import type { CxxCompiler } from "./cxx-compiler";
import type { Wheel } from "./wheel";

export const TFJS_NODE = path.join(ROOT, "node_modules", "@tensorflow", "tfjs-node");
/** tfjs-node's addon, and a module that loads TensorFlow's libraries without log lines. */
export const ADDON_FILES = ["tfjs_binding.node", "quiet_load.node"] as const;

const NODE_API_HEADERS = path.join(ROOT, "node_modules", "node-api-headers", "include");
const QUIET_LOAD_SOURCE = path.join(__dirname, "native", "quiet_load.cc");
/** Where an addon in tfjs-node's lib/napi-v8 looks for the libraries: deps/lib, as tfjs-node lays them out. */
const RPATH = process.platform === "darwin" ? "@loader_path/../../deps/lib" : "$ORIGIN/../../deps/lib";
const FLAGS = [
  ...["-O2", "-std=c++17", "-fPIC", "-DNAPI_VERSION=8", "-D_GLIBCXX_USE_CXX11_ABI=1", `-Wl,-rpath,${RPATH}`],
  ...(process.platform === "darwin" ? ["-bundle", "-undefined", "dynamic_lookup"] : ["-shared"]),
];

/**
 * The cache folder for the compiled addon. It uses Node-API, so one build works with every version of Node; different
 * sources, flags or libraries get a different folder.
 */
export function addonFolder(wheel: Wheel, cache: string): string {
  const hash = crypto.createHash("sha256").update(wheel.sha256).update(FLAGS.join(" "));
  for (const file of sourceFiles()) hash.update(path.basename(file)).update(fs.readFileSync(file));
  return path.join(cache, `addon-${process.platform}-${process.arch}-${hash.digest("hex").slice(0, 16)}`);
}

/**
 * Compiles the addon into the cache, unless it's already there. The caller holds the cache's lock.
 *
 * @param tensorflow the folder with the libraries and headers
 * @throws BackendUnavailable if it doesn't compile
 */
export async function compileAddon(
  wheel: Wheel,
  compiler: CxxCompiler,
  tensorflow: string,
  cache: string,
): Promise<void> {
  const folder = addonFolder(wheel, cache);
  if (fs.existsSync(folder)) return;
  await step(`Compiling tfjs-node's addon${compiler.time ? ` (${compiler.time})` : ""}`, () =>
    makeFolderAtomically(folder, async (temporary) => {
      const binding = [
        ...["-I", NODE_API_HEADERS, "-I", TFJS_NODE, "-I", path.join(tensorflow, "include")],
        ...bindingSources(".cc"),
        ...[wheel.libraries.main, wheel.libraries.framework].map((name) => path.join(tensorflow, name)),
      ];
      const quietLoad = [
        `-DTENSORFLOW_LIBRARY="${wheel.libraries.main}"`,
        ...["-I", NODE_API_HEADERS, QUIET_LOAD_SOURCE, "-ldl"],
      ];
      const results = await Promise.all(
        [binding, quietLoad].map((args, index) =>
          run(
            compiler.command,
            [...(compiler.args ?? []), ...FLAGS, ...args, "-o", path.join(temporary, ADDON_FILES[index])],
            { env: compiler.env },
          ),
        ),
      );
      for (const { code, output } of results) if (code !== 0) throw compileError(compiler, output);
    }),
  );
}

function compileError(compiler: CxxCompiler, output: string): BackendUnavailable {
  const lines = output.split("\n");
  const firstError = lines.find((line) => /error/i.test(line)) ?? lines[0];
  return new BackendUnavailable(
    `${compiler.version} can't compile tfjs-node's addon: ${firstError}`,
    `see ${writeLog("addon", output)}; set CXX=... to use another compiler`,
  );
}

function sourceFiles(): string[] {
  return [...bindingSources(".cc"), ...bindingSources(".h"), QUIET_LOAD_SOURCE];
}

function bindingSources(extension: string): string[] {
  const folder = path.join(TFJS_NODE, "binding");
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .sort()
    .map((name) => path.join(folder, name));
}
