import fs from "node:fs";
import path from "node:path";
import { threadId } from "node:worker_threads";

/**
 * Writes a file atomically: readers see the old content or all of the new one, whenever the process ends or the disk is
 * full. Creates missing folders. A link stays a link, and an existing file keeps its permissions.
 *
 * The package write-file-atomic (7.0.1) isn't used: on a full disk the system writes a part of the content and reports
 * no error, and the package then replaces the file by that part.
 *
 * @param options.mode permissions, by default those of the file that is replaced
 */
export function writeAtomically(file: string, content: string | Buffer, options: { mode?: number } = {}): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const replaced = fs.statSync(file, { throwIfNoEntry: false });
  const target = replaced === undefined ? file : fs.realpathSync(file);
  const temporary = `${target}.${process.pid}.${threadId}.tmp`;
  try {
    const descriptor = fs.openSync(temporary, "w", options.mode);
    try {
      // Goes on after a partial write, and fails if nothing more can be written.
      fs.writeFileSync(descriptor, content);
      const mode = options.mode ?? (replaced && replaced.mode & 0o777);
      if (mode !== undefined) fs.fchmodSync(descriptor, mode);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

/**
 * Makes or replaces a folder atomically: `fill` writes into a temporary folder, which then takes the folder's name.
 * If `fill` fails, the earlier folder stays. Two processes must not do this for the same folder at once: hold a lock.
 */
export async function makeFolderAtomically(folder: string, fill: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = `${folder}.tmp`;
  const replaced = `${folder}.old`;
  fs.rmSync(temporary, { recursive: true, force: true });
  fs.mkdirSync(temporary, { recursive: true });
  try {
    await fill(temporary);
    fs.rmSync(replaced, { recursive: true, force: true });
    if (fs.existsSync(folder)) fs.renameSync(folder, replaced);
    fs.renameSync(temporary, folder);
    fs.rmSync(replaced, { recursive: true, force: true });
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
}
