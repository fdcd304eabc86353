import assert from "node:assert/strict";
import test from "node:test";
import { runScript } from "./plain-script";

const LINUX_ONLY = process.platform === "linux" ? false : "how a desktop opens pages is tested on Linux";

const WORDS = [
  "Plot: First plot document.title='broken'",
  "  x axis: class",
  "  y axis: value",
  '  bar, x 0 … 1, y 1 … 2',
  "Plot: Second plot",
  "  scatter, y 1 … 2",
  "A <picture> · 1 × 2 pixels · values 0 (black) … 1 (white)",
  "Only words",
  "epoch 1",
  "epoch 2",
  "done",
  "",
].join("\n");

test("a script with a desktop opens one window for each plot and picture, whole, and ends", { skip: LINUX_ONLY }, async () => {
  const script = runScript({ DISPLAY: ":99" }, true);
  const addresses = await script.addresses(3);
  const pages = [];
  for (const address of addresses) {
    assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]{36}$/, "on this machine only, under a name that cannot be guessed");
    const response = await fetch(address);
    assert.equal(response.status, 200);
    pages.push(await response.text());
  }
  const { code, stdout, stderr } = await script.ended;
  assert.deepEqual([code, stderr], [0, ""]);
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

test("a script without a desktop describes everything and opens nothing", { skip: LINUX_ONLY }, async () => {
  const { code, stdout, stderr } = await runScript({}, true).ended;
  assert.deepEqual([code, stdout, stderr], [0, WORDS, ""]);
});

test("a desktop without a browser is no reason to fail", { skip: LINUX_ONLY }, async () => {
  const { code, stdout, stderr } = await runScript({ WAYLAND_DISPLAY: "wayland-0" }, false).ended;
  assert.equal(code, 0);
  assert.equal(stdout, WORDS);
  assert.match(stderr, /^(No window could be opened: .*xdg-open.*\n){3}$/);
});
