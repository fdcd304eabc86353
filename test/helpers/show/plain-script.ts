/** Runs fixtures/script.ts as a reader with a desktop would, and notes which pages it asks a browser to open. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

export interface RunningScript {
  /** The addresses for which a browser was called, once there are `count` of them. */
  addresses(count: number): Promise<string[]>;
  /** Ends when the script has ended by itself. */
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** The desktop's program that opens pages only writes down their addresses. */
export function runScript(): RunningScript {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "plain-script-"));
  const opened = path.join(folder, "opened");
  fs.writeFileSync(opened, "");
  fs.writeFileSync(path.join(folder, "xdg-open"), `#!/bin/sh\necho "$1" >> "${opened}"\n`, { mode: 0o755 });
  const script = path.join(__dirname, "fixtures", "script.ts");
  const child = spawn(process.execPath, ["--import", "tsx", script], {
    env: { HOME: process.env["HOME"], PATH: `${folder}:/usr/bin:/bin`, DISPLAY: ":99" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (text: Buffer) => (output.stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (output.stderr += text.toString()));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      fs.rmSync(folder, { recursive: true });
      resolve({ code, ...output });
    });
  });
  const addresses = async (count: number): Promise<string[]> => {
    for (;;) {
      const lines = fs.existsSync(opened) ? fs.readFileSync(opened, "utf8").split("\n").filter(Boolean) : [];
      if (lines.length >= count) return lines;
      if (child.exitCode !== null)
        throw new Error(`The script ended after ${lines.length} of ${count} windows: ${output.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { addresses, ended };
}
