import fs from "node:fs";
import path from "node:path";
import { writeAtomically } from "../../shared/atomic-write";
import { ADDON_FILES, TFJS_NODE, addonFolder } from "./addon";
import { BackendUnavailable } from "./backend-unavailable";
import { probeBackend } from "./probe-backend";
import { isTensorflowInCache, tensorflowFolder } from "./tensorflow";
import type { Wheel } from "./wheel";

const ADDON_TARGET = path.join(TFJS_NODE, "lib", "napi-v8");
const LIBRARY_TARGET = path.join(TFJS_NODE, "deps", "lib");
/** Names the installed addon; written once that addon has computed something correctly. */
const STAMP = path.join(ADDON_TARGET, "installed.json");
/** The stamp of an addon installed by tfjs-node's own script. */
const OWN_INSTALLATION = "tfjs-node";

/** Whether the cache has everything that {@link installFromCache} needs. */
export function isInCache(wheel: Wheel, cache: string): boolean {
  return isTensorflowInCache(wheel, cache) && fs.existsSync(addonFolder(wheel, cache));
}

/** Whether this checkout's tfjs-node has an addon that has worked and whose libraries are still there. */
export function isInstalled(wheel: Wheel | undefined, cache: string): boolean {
  const stamp = readStamp();
  if (stamp === undefined || !fs.existsSync(path.join(ADDON_TARGET, ADDON_FILES[0]))) return false;
  if (stamp === OWN_INSTALLATION) return true;
  if (wheel === undefined || stamp !== path.basename(addonFolder(wheel, cache))) return false;
  if (!isTensorflowInCache(wheel, cache)) return false;
  return Object.values(wheel.libraries).every((name) => fs.existsSync(path.join(LIBRARY_TARGET, name)));
}

/**
 * Installs the cached addon in this checkout's tfjs-node, with links to the cached libraries, and tries it.
 * The caller holds the checkout's lock.
 *
 * @throws BackendUnavailable if it doesn't work on this machine; it is then removed again
 */
export async function installFromCache(wheel: Wheel, cache: string): Promise<void> {
  remove();
  const tensorflow = tensorflowFolder(wheel, cache);
  fs.mkdirSync(LIBRARY_TARGET, { recursive: true });
  fs.mkdirSync(ADDON_TARGET, { recursive: true });
  for (const name of Object.values(wheel.libraries)) {
    fs.symlinkSync(path.join(tensorflow, name), path.join(LIBRARY_TARGET, name));
  }
  const addon = addonFolder(wheel, cache);
  for (const name of ADDON_FILES) fs.copyFileSync(path.join(addon, name), path.join(ADDON_TARGET, name));
  await tryOut(path.basename(addon), `rm -r ${cache}, then run the command again to rebuild it`);
}

/**
 * Tries the addon that tfjs-node's own script installed, and records that it works.
 *
 * @throws BackendUnavailable if it doesn't; it is then removed again
 */
export async function acceptOwnInstallation(): Promise<void> {
  await tryOut(OWN_INSTALLATION, "see https://github.com/tensorflow/tfjs/tree/master/tfjs-node");
}

/** Removes everything native from this checkout's tfjs-node. */
export function remove(): void {
  fs.rmSync(path.dirname(ADDON_TARGET), { recursive: true, force: true });
  fs.rmSync(path.dirname(LIBRARY_TARGET), { recursive: true, force: true });
}

async function tryOut(stamp: string, remedy: string): Promise<void> {
  const backend = await probeBackend({ TFJS_BACKEND: "tensorflow" });
  if (typeof backend === "string") {
    remove();
    throw new BackendUnavailable(`native TensorFlow is installed but doesn't run: ${backend}`, remedy);
  }
  writeAtomically(STAMP, JSON.stringify({ addon: stamp }));
}

function readStamp(): string | undefined {
  try {
    return (JSON.parse(fs.readFileSync(STAMP, "utf8")) as { addon: string }).addon;
  } catch {
    return undefined;
  }
}
