/** A plain script on a desktop: an X server without a screen, the desktop's own way to open pages, a real browser. */
import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, test } from "vitest";
import { BUILD } from "../../src/shared/paths";
import { needs } from "../needs";
import { findChromium, skipWithoutChromium } from "./chromium";

const SCRIPT = path.resolve(__dirname, "../helpers/show/fixtures/two-plots.ts");
const SCREENSHOTS = path.join(BUILD, "screenshots");
const PATIENCE = 40_000;
/** In the environment of everything that the script starts, so that what it leaves behind is found. */
const MARK = `WINDOWS_TEST=${process.pid}`;

const missing = ["Xvfb", "xdg-open"].filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status !== 0);
const skip =
  process.platform !== "linux"
    ? "how a desktop opens pages is tested on Linux"
    : missing.length > 0
      ? `needs ${missing.join(" and ")}: install xvfb and xdg-utils`
      : skipWithoutChromium;

describe("a plain script with two plots on a desktop", { ...needs(skip), timeout: 120_000 }, () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "windows-"));
  const profile = path.join(folder, "profile");
  let display: ChildProcess;
  let script: { code: number | null; stdout: string; stderr: string };
  let browser: Browser;
  let pages: Page[];

  beforeAll(async () => {
    display = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x1000x24", "-nolisten", "tcp"], {
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    const [number] = (await once(createInterface(display.stdio[3] as Readable), "line")) as [string];
    setDesktopBrowser(folder, profile);
    script = await runScript(`:${number}`, folder);
    assert.equal(script.stderr, "");
    const [port] = await poll(
      "the browser",
      async () =>
        fs.existsSync(path.join(profile, "DevToolsActivePort")) &&
        fs.readFileSync(path.join(profile, "DevToolsActivePort"), "utf8").split("\n"),
    );
    browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    const opened = (): Page[] => browser.contexts().flatMap((context) => context.pages());
    await poll("two pages", async () => opened().length >= 2);
    // Time for a page too many.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    pages = opened();
  });

  afterAll(() => {
    for (const { pid } of marked()) process.kill(pid, "SIGKILL");
    display?.kill();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  test("ends by itself, and describes its plots", () => {
    assert.equal(script.code, 0);
    assert.match(script.stdout, /^Plot: First plot: 막대\n[^]*\nPlot: Second plot\n/);
  });

  test("opens one window for each plot, drawn without a network", async () => {
    const seen: { title: string; drawn: number; loaded: unknown }[] = [];
    for (const page of pages) {
      assert.match(page.url(), /^http:\/\/127\.0\.0\.1:\d+\//);
      await page.locator(".main-svg").first().waitFor({ timeout: PATIENCE });
      const loaded = await page.evaluate(
        `performance.getEntriesByType("resource").map(({ name }) => name).filter((name) => !name.startsWith("data:"))`,
      );
      seen.push({ title: await page.title(), drawn: await page.locator(".js-plotly-plot .trace").count(), loaded });
    }
    seen.sort((first, second) => first.title.localeCompare(second.title));
    assert.deepEqual(seen, [
      { title: "Plot: First plot: 막대", drawn: 1, loaded: [] },
      { title: "Plot: Second plot", drawn: 1, loaded: [] },
    ]);
    fs.mkdirSync(SCREENSHOTS, { recursive: true });
    for (const [index, page] of pages.entries())
      await page.screenshot({ path: path.join(SCREENSHOTS, `window-${index + 1}.png`) });
  });

  test("leaves no process behind", async () => {
    assert.deepEqual(
      marked().filter(({ command }) => /\bnode\b/.test(command)),
      [],
      "while its windows are open, nothing but the browser is left",
    );
    await (await browser.newBrowserCDPSession()).send("Browser.close");
    await poll("the browser's processes to end", async () => marked().length === 0);
  });
});

/** Makes `home` that of a reader whose browser, which xdg-open asks for, is offline and has a profile of its own. */
function setDesktopBrowser(home: string, profile: string): void {
  const program = path.join(home, "browser");
  const [applications, config] = [path.join(home, ".local", "share", "applications"), path.join(home, ".config")];
  for (const folder of [applications, config]) fs.mkdirSync(folder, { recursive: true });
  const options = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--remote-debugging-port=0",
    `--user-data-dir="${profile}"`,
    `--host-resolver-rules="MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"`,
  ];
  fs.writeFileSync(program, `#!/bin/sh\nexec "${findChromium()}" ${options.join(" ")} "$@"\n`, { mode: 0o755 });
  fs.writeFileSync(
    path.join(applications, "offline-browser.desktop"),
    `[Desktop Entry]\nType=Application\nName=Browser\nExec=${program} %u\nMimeType=x-scheme-handler/http;\n`,
  );
  fs.writeFileSync(
    path.join(config, "mimeapps.list"),
    "[Default Applications]\nx-scheme-handler/http=offline-browser.desktop\n",
  );
}

async function runScript(display: string, home: string): Promise<typeof result> {
  const [name, value] = MARK.split("=");
  const child = spawn(process.execPath, ["--import", "tsx", SCRIPT], {
    env: { HOME: home, PATH: "/usr/local/bin:/usr/bin:/bin", DISPLAY: display, [name]: value },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const result = { code: null as number | null, stdout: "", stderr: "" };
  child.stdout.on("data", (text: Buffer) => (result.stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (result.stderr += text.toString()));
  [result.code] = (await once(child, "close")) as [number | null];
  return result;
}

/** The processes that the script has started, and theirs. */
function marked(): { pid: number; command: string }[] {
  return fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!fs.readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(MARK)) return [];
        return [{ pid: Number(name), command: fs.readFileSync(`/proc/${name}/cmdline`, "utf8").replace(/\0/g, " ") }];
      } catch {
        // It has ended meanwhile, or is another user's.
        return [];
      }
    });
}

async function poll<T>(what: string, ask: () => Promise<T | false>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE; ;) {
    const answer = await ask();
    if (answer !== false) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
