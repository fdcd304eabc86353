import fs from "node:fs";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";

/** Writes a file atomically: readers see the old content or all of the new one. Creates missing folders. */
export function writeAtomically(file: string, content: string | Buffer, options: { mode?: number } = {}): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  writeFileAtomic.sync(file, content, options);
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
