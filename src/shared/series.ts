import fs from "node:fs";
import path from "node:path";
import { NOTEBOOKS } from "./paths";

/** Two digits, a hyphen, lower-case words. The numbers give the order of the series. */
export const NOTEBOOK_NAME = /^(\d\d)-[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The paths of the notebooks in a folder, in the order of the series. */
export function listNotebooks(folder: string = NOTEBOOKS): string[] {
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith(".ipynb"))
    .sort()
    .map((file) => path.join(folder, file));
}

/** A notebook's file name without its extension. */
export function nameOf(file: string): string {
  return path.basename(file, ".ipynb");
}

/**
 * The notebooks that the words name, in the order of the series; all of them if there are no words.
 *
 * @throws if a word names no notebook; the message lists them
 */
export function pick(files: readonly string[], words: readonly string[]): string[] {
  for (const word of words) {
    if (!files.some((file) => isNamed(file, word))) {
      throw new Error(
        `there is no notebook "${word}". There are:\n${files.map((file) => `  ${nameOf(file)}`).join("\n")}`,
      );
    }
  }
  return words.length === 0 ? [...files] : files.filter((file) => words.some((word) => isNamed(file, word)));
}

/** Whether a word names a notebook: by its number (`04` or `4`), its name (`04-load`) or its file name. */
export function isNamed(file: string, word: string): boolean {
  const name = nameOf(file);
  return name === nameOf(word) || name.startsWith(`${word.padStart(2, "0")}-`);
}
