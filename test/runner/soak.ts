import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { SetupError } from "../../src/setup/bootstrap/errors.cjs";
import { ROOT, VENV_PYTHON } from "../../src/shared/paths";
import { listNotebooks } from "../../src/shared/series";
import { makeWorkshop } from "../notebooks/workspace";

/** What happened while random cells ran. */
export type SoakEvent =
  | { readonly event: "failure"; readonly notebook: string; readonly cell: number; readonly run: number; error: string }
  /** Megabytes of the kernel's process. */
  | { readonly event: "memory"; readonly run: number; readonly rss: number }
  | { readonly event: "end"; cells: number; interrupts: number; restarts: number; failures: number };

const CELLS = 1000;

/**
 * Runs random cells of the series on the real kernel, interrupts some and restarts it now and then:
 * `npm run soak`, `npm run soak -- --cells 200 --seed 7`.
 *
 * @returns the exit code: 1 if a cell failed
 */
export async function runSoak(args: string[]): Promise<number> {
  const { cells = CELLS, seed = Date.now() % 1e6 } = options(args);
  console.log(`${cells} random cells, seed ${seed}. Again: npm run soak -- --cells ${cells} --seed ${seed}`);
  const events = await soak(cells, seed, listNotebooks(), (event) => {
    if (event.event === "memory") console.log(`after ${event.run} cells: ${event.rss} MB`);
    if (event.event === "failure")
      console.log(`FAILURE in cell [${event.cell}] of ${event.notebook}, run ${event.run}: ${event.error}`);
  });
  const end = events.find((event) => event.event === "end");
  if (end === undefined) return 1;
  console.log(`${end.cells} cells, ${end.interrupts} interrupts, ${end.restarts} restarts: ${end.failures} failures`);
  return end.failures === 0 ? 0 : 1;
}

/** Runs random cells of copies of notebooks; calls `onEvent` as it goes, and returns all events. */
export async function soak(
  cells: number,
  seed: number,
  notebooks: string[],
  onEvent: (event: SoakEvent) => void = () => {},
): Promise<SoakEvent[]> {
  const folder = makeWorkshop(`soak-${process.pid}`);
  const copies = notebooks.map((file) => {
    const copy = path.join(folder, path.basename(file));
    fs.copyFileSync(file, copy);
    return copy;
  });
  const script = path.join(ROOT, "test", "kernel", "protocol", "soak.py");
  const child = spawn(VENV_PYTHON, [script, folder, String(seed), String(cells), ...copies], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, EPOCHS: "1", KERNEL_NODE: process.execPath, PYTHONDONTWRITEBYTECODE: "1" },
  });
  const ended = once(child, "close");
  const events: SoakEvent[] = [];
  for await (const line of readline.createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as SoakEvent;
    events.push(event);
    onEvent(event);
  }
  await ended;
  fs.rmSync(path.dirname(folder), { recursive: true, force: true });
  return events;
}

function options(args: string[]): { cells?: number; seed?: number } {
  const found: { cells?: number; seed?: number } = {};
  for (let i = 0; i < args.length; i += 2) {
    const [name, value] = [args[i], Number(args[i + 1])];
    if ((name !== "--cells" && name !== "--seed") || !Number.isInteger(value) || value < 0) {
      throw new SetupError(
        "npm run soak takes --cells and --seed, each with a whole number.",
        `${args.join(" ")} was given`,
        "npm run soak -- --cells 200 --seed 7",
      );
    }
    found[name === "--cells" ? "cells" : "seed"] = value;
  }
  return found;
}
