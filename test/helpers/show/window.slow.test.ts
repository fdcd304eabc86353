import assert from "node:assert/strict";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { onTestFinished, test, vi } from "vitest";
import { JUPYTER_DISPLAY } from "../../../src/helpers/display";
import { imagePicture } from "../../../src/helpers/pictures";
import { openWindow } from "../../../src/helpers/show/window";
import { needs } from "../../needs";
import { runScript } from "./plain-script";

const LINUX_ONLY = process.platform === "linux" ? false : "how a desktop opens pages is tested on Linux";

const WORDS = [
  "Plot: First plot document.title='broken'",
  "  x axis: class",
  "  y axis: value",
  "  bar, x 0 … 1, y 1 … 2",
  "Plot: Second plot",
  "  scatter, y 1 … 2",
  "A <picture> · 1 × 2 pixels · values 0 (black) … 1 (white)",
  "Only words",
  "epoch 1",
  "epoch 2",
  "done",
  "",
].join("\n");

test("a script on a desktop opens one window for each plot and picture, and ends", needs(LINUX_ONLY), async () => {
  const script = runScript();
  const addresses: string[] = [];
  const pages: string[] = [];
  for (let count = 1; count <= 3; count++) {
    const opened = await script.addresses(count);
    assert.equal(opened.length, count, "a window waits until the one before it has its page");
    const address = opened[count - 1];
    assert.match(
      address,
      /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}$/,
      "on this machine only, under a name that cannot be guessed",
    );
    addresses.push(address);
    // As browsers do: a connection on which nothing is asked for.
    if (count === 1) net.connect(Number(new URL(address).port), "127.0.0.1").on("error", () => undefined);
    const response = await fetch(address);
    assert.equal(response.status, 200);
    pages.push(await response.text());
  }
  const fetched = performance.now();
  const { code, stdout, stderr } = await script.ended;
  assert.deepEqual([code, stderr], [0, ""]);
  assert.ok(performance.now() - fetched < 20_000, "the script waits for a connection that is not used");
  assert.equal(stdout, WORDS);
  await assert.rejects(fetch(addresses[0]), "the server has ended");

  assert.match(pages[0], /<title>Plot: First plot/);
  assert.match(pages[1], /<title>Plot: Second plot/);
  assert.match(pages[2], /<title>A &lt;picture&gt;.*<img alt="" src="data:image\/png;base64,/s);
  for (const page of pages) {
    assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
    assert.doesNotMatch(page.replace(/<script>[\s\S]*?<\/script>/g, ""), /document\.title='broken'<|src="http/);
  }
  const scripts = pages[0].match(/<script>/g) ?? [];
  assert.equal(scripts.length, 2, "Plotly and its call: a title does not end a script or begin one");
});

/** Runs `action` in an environment of its own: what opens pages is looked up, and started, with it. */
async function withEnvironment(
  environment: Record<string, string | undefined>,
  action: () => Promise<void>,
): Promise<void> {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  for (const [name, value] of Object.entries(environment)) if (value === undefined) delete process.env[name];
  try {
    await action();
  } finally {
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

/** A folder whose `xdg-open` writes to the file `opened` in it. */
function browserFolder(exitStatus = 0): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "window-"));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  fs.writeFileSync(path.join(folder, "xdg-open"), `#!/bin/sh\necho opened > "${folder}/opened"\nexit ${exitStatus}\n`, {
    mode: 0o755,
  });
  return folder;
}

/** What is written to standard error until there is something, or for five seconds. */
async function complaint(action: () => void): Promise<string> {
  const said: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
  action();
  for (let waited = 0; said.length === 0 && waited < 5000; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
  write.mockRestore();
  return said.join("");
}

const picture = imagePicture([[1]])[JUPYTER_DISPLAY]();

test("without a desktop, no window is opened", needs(LINUX_ONLY), async () => {
  const folder = browserFolder();
  await withEnvironment(
    { PATH: `${folder}:/usr/bin:/bin`, DISPLAY: undefined, WAYLAND_DISPLAY: undefined },
    async () => {
      openWindow(picture);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(fs.existsSync(path.join(folder, "opened")), false);
    },
  );
});

test("an output without a picture gets no window", needs(LINUX_ONLY), async () => {
  const folder = browserFolder();
  await withEnvironment({ PATH: `${folder}:/usr/bin:/bin`, DISPLAY: ":99" }, async () => {
    openWindow({ "text/plain": "only words" });
    openWindow({ "text/html": "<table></table>", "text/plain": "a table" });
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(fs.existsSync(path.join(folder, "opened")), false);
  });
});

test("a desktop that can't open a page is reported, and isn't an error", needs(LINUX_ONLY), async () => {
  await withEnvironment({ PATH: "/nowhere", WAYLAND_DISPLAY: "wayland-0" }, async () => {
    assert.match(await complaint(() => openWindow(picture)), /^Couldn't open a window: .*xdg-open.*\n$/);
  });
  await withEnvironment({ PATH: `${browserFolder(4)}:/usr/bin:/bin`, DISPLAY: ":99" }, async () => {
    assert.equal(await complaint(() => openWindow(picture)), "Couldn't open a window: xdg-open ended with 4.\n");
  });
});
