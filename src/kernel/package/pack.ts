import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import esbuild from "esbuild";
import { BUILD, ROOT } from "../../shared/paths";
import { bundleInto } from "../bundle.cjs";

/** The package's name on npm, which is its command's name too. */
export const PACKAGE_NAME = "typescript-jupyter-kernel";

const FOLDER = path.join(BUILD, "kernel-package");
/** The packages that the kernel loads, and Node's types, which cells see without an import. */
const DEPENDENCIES = ["@types/node", "tslab", "tsx", "typescript", "zeromq"];

/**
 * Makes the npm package of the kernel: `npm run kernel:pack`.
 *
 * @returns the tarball's path
 */
export async function packKernel(): Promise<string> {
  fs.rmSync(FOLDER, { recursive: true, force: true });
  const contents = path.join(FOLDER, "package");
  const imported = bundleInto(path.join(contents, "bundles"));
  const unknown = imported.map(packageOf).filter((name) => !name.startsWith("node:") && !DEPENDENCIES.includes(name));
  if (unknown.length > 0)
    throw new Error(
      `The kernel imports ${unknown.join(", ")}: add that to the package's dependencies in ${__filename}.`,
    );
  esbuild.buildSync({
    entryPoints: [path.join(__dirname, "cli.ts")],
    outfile: path.join(contents, "cli.cjs"),
    banner: { js: "#!/usr/bin/env node" },
    bundle: true,
    platform: "node",
    target: "node20",
  });
  fs.chmodSync(path.join(contents, "cli.cjs"), 0o755);
  fs.writeFileSync(
    path.join(contents, "kernel.cjs"),
    '"use strict";\nrequire("./run-bundles.cjs").runBundles(require("node:path").join(__dirname, "bundles"));\n',
  );
  fs.copyFileSync(path.join(__dirname, "..", "run-bundles.cjs"), path.join(contents, "run-bundles.cjs"));
  fs.copyFileSync(path.join(__dirname, "README.md"), path.join(contents, "README.md"));
  fs.copyFileSync(path.join(ROOT, "LICENSE"), path.join(contents, "LICENSE"));
  fs.writeFileSync(path.join(contents, "package.json"), `${JSON.stringify(manifest(), null, 2)}\n`);
  const { stdout } = await promisify(execFile)("npm", ["pack", "--json", "--pack-destination", FOLDER], {
    cwd: contents,
  });
  const [{ filename }] = JSON.parse(stdout) as { filename: string }[];
  return path.join(FOLDER, filename);
}

function manifest() {
  const project = JSON.parse(fs.readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    version: string;
    license: string;
    engines: object;
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const versions = { ...project.devDependencies, ...project.dependencies };
  return {
    name: PACKAGE_NAME,
    version: project.version,
    description: "A Jupyter kernel for TypeScript, with a debugger",
    keywords: ["jupyter", "jupyterlab", "kernel", "notebook", "typescript"],
    license: project.license,
    engines: project.engines,
    bin: { [PACKAGE_NAME]: "cli.cjs" },
    files: ["cli.cjs", "kernel.cjs", "run-bundles.cjs", "bundles"],
    dependencies: Object.fromEntries(DEPENDENCIES.map((name) => [name, versions[name]])),
  };
}

/** `@scope/name` of `@scope/name/part`. */
function packageOf(module: string): string {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}
