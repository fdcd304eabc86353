import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeAtomically } from "../../shared/atomic-write";
import { UsageError } from "../../shared/usage-error";
import { kernelspec, ownKernel } from "../kernelspec";

/** Where a kernelspec goes: the user's own, those of the Python environment, or those below a folder. */
export type Place = { readonly kind: "user" } | { readonly kind: "sys-prefix" } | { readonly prefix: string };

/** The field in the kernelspec's metadata that says whose it is. */
const OWNER = "installed_by";

/**
 * Writes the kernelspec; an earlier one of this package is replaced.
 *
 * @param start the script that starts the kernel
 * @param owner the package's name
 * @returns the kernelspec's folder
 * @throws UsageError if the name can't be one, another program's kernel has it, or the folder can't be written
 */
export function install(
  start: string,
  owner: string,
  { place, name, displayName }: { place: Place; name: string; displayName: string },
): string {
  const folder = folderOf(place, name);
  const file = path.join(folder, "kernel.json");
  if (fs.existsSync(folder) && ownerOf(file) !== owner) {
    throw new UsageError(
      `expected a free name, found another kernel's: ${folder}. ` +
        `Choose one with --name, or remove that kernel first: jupyter kernelspec remove ${name}`,
    );
  }
  const spec = kernelspec(ownKernel(start), displayName);
  const content = { ...spec, metadata: { ...spec.metadata, [OWNER]: owner } };
  try {
    writeAtomically(file, `${JSON.stringify(content, null, 1)}\n`);
  } catch (error) {
    throw new UsageError(
      `expected a folder that can be written, found ${folder}: ${(error as Error).message}. ` +
        "Choose another one with --user, --sys-prefix or --prefix.",
    );
  }
  return folder;
}

/**
 * Removes the kernelspec.
 *
 * @returns the folder that is gone
 * @throws UsageError if there is none of that name, or it's another program's
 */
export function uninstall(owner: string, { place, name }: { place: Place; name: string }): string {
  const folder = folderOf(place, name);
  if (!fs.existsSync(folder)) {
    throw new UsageError(
      `expected a kernel named ${name}, found none in ${path.dirname(folder)}. ` +
        "jupyter kernelspec list shows where kernels are; uninstall takes the options that install was given.",
    );
  }
  if (ownerOf(path.join(folder, "kernel.json")) !== owner) {
    throw new UsageError(
      `expected a kernel that ${owner} has installed, found another one in ${folder}. ` +
        `If you don't need it: jupyter kernelspec remove ${name}`,
    );
  }
  fs.rmSync(folder, { recursive: true });
  return folder;
}

function folderOf(place: Place, name: string): string {
  // https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
  if (!/^[a-z0-9._-]+$/i.test(name) || /^\.+$/.test(name)) {
    throw new UsageError(
      `expected a name of ASCII letters, digits, hyphens, dots and underscores, found ${JSON.stringify(name)}. ` +
        "Jupyter takes no others.",
    );
  }
  return path.join(dataFolder(place), "kernels", name);
}

/** Jupyter's data folder: https://docs.jupyter.org/en/latest/use/jupyter-directories.html#data-files */
function dataFolder(place: Place): string {
  if ("prefix" in place) return path.join(path.resolve(place.prefix), "share", "jupyter");
  if (place.kind === "sys-prefix") return path.join(pythonPrefix(), "share", "jupyter");
  const { JUPYTER_DATA_DIR, XDG_DATA_HOME } = process.env;
  if (JUPYTER_DATA_DIR) return JUPYTER_DATA_DIR;
  if (process.platform === "darwin") return path.join(os.homedir(), "Library", "Jupyter");
  return path.join(XDG_DATA_HOME || path.join(os.homedir(), ".local", "share"), "jupyter");
}

/** `sys.prefix` of the Python that a terminal would start: that of the active environment. */
function pythonPrefix(): string {
  for (const python of ["python", "python3"]) {
    try {
      return execFileSync(python, ["-c", "import sys; print(sys.prefix)"], { encoding: "utf8" }).trim();
    } catch {
      // The next one.
    }
  }
  throw new UsageError(
    "expected Python for --sys-prefix, found neither python nor python3. Activate its environment, or say --prefix.",
  );
}

/** What the kernelspec says of who has installed it. */
function ownerOf(file: string): unknown {
  try {
    const { metadata } = JSON.parse(fs.readFileSync(file, "utf8")) as { metadata?: Record<string, unknown> };
    return metadata?.[OWNER];
  } catch {
    return undefined;
  }
}
