import assert from "node:assert/strict";
import { execFileSync, type ChildProcess } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import { afterAll, beforeAll, describe, test } from "vitest";
import { SetupError } from "../../../src/setup/bootstrap/errors.cjs";
import { startJupyterLab } from "../../../src/setup/jupyter/jupyter-lab";
import { KERNELSPECS } from "../../../src/setup/jupyter/kernelspec";
import { startOptions } from "../../../src/setup/jupyter/start";
import { KERNEL_NAME, NOTEBOOKS, VENV_PYTHON } from "../../../src/shared/paths";
import { isRunning } from "../../../src/shared/process-tree.cjs";
import { needs } from "../../needs";
import { outputMatching, resultOf, startNode, until } from "../processes";

const notSetUp =
  fs.existsSync(VENV_PYTHON) && fs.existsSync(KERNELSPECS) ? false : "needs .venv with JupyterLab (npm start makes it)";

const setupError =
  (...patterns: RegExp[]) =>
  (error: unknown) =>
    error instanceof SetupError && patterns.every((pattern) => pattern.test(error.message));

test("the options are a port and no browser", () => {
  const options = startOptions(["--port", "9000", "--no-browser"]);
  assert.equal(options.port, 9000);
  assert.equal(options.openBrowser, false);
  assert.equal(options.notebook, undefined);
});

test("a notebook is found by file name with or without extension, by path and by number", () => {
  const file = fs.readdirSync(NOTEBOOKS).find((name) => /^\d\d-.*\.ipynb$/.test(name)) as string;
  const name = file.replace(".ipynb", "");
  for (const given of [file, name, `notebooks/${file}`, name.slice(0, 2)]) {
    assert.equal(startOptions([given]).notebook, file, given);
  }
});

test("wrong arguments are rejected with the usage", () => {
  assert.throws(() => startOptions(["--prot", "1"]), setupError(/--prot/, /To do: npm start --/));
  for (const port of ["0", "65536", "80a", "-1", "1.5", ""]) {
    assert.throws(
      () => startOptions([`--port=${port}`]),
      setupError(/number from 1 to 65535/, new RegExp(`found "${port}"`)),
    );
  }
  assert.throws(() => startOptions(["99"]), setupError(/no notebook "99"/, /notebooks\/ has: \d\d-/));
  assert.throws(() => startOptions(["04", "05"]), setupError(/opens only one notebook/));
});

test("a port that another program uses is rejected at once", async () => {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  try {
    await assert.rejects(
      startJupyterLab({ port }),
      setupError(new RegExp(`can't use port ${port}`), /another program/, /--port/),
    );
  } finally {
    server.close();
  }
});

describe("npm start", needs(notSetUp), () => {
  let child: ChildProcess;
  let url: URL;
  let token: string;

  const api = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, url), { ...init, headers: { Authorization: `token ${token}` } });

  beforeAll(async () => {
    child = startNode('require("./src/setup/jupyter/start.ts").start({}).then((code) => process.exit(code));');
    const [line] = await outputMatching(child, /^JupyterLab: .*$/m);
    url = new URL(line.split(/\s+/)[1]);
    token = url.searchParams.get("token") ?? "";
  });

  afterAll(() => child.kill("SIGKILL"));

  test("the notebooks of the series are trusted, so that their saved explorers work", async () => {
    for (const file of fs.readdirSync(NOTEBOOKS).filter((name) => name.endsWith(".ipynb"))) {
      const { content } = (await (await api(`/api/contents/${file}`)).json()) as {
        content: { cells: { cell_type: string; metadata: { trusted?: boolean } }[] };
      };
      const code = content.cells.filter((cell) => cell.cell_type === "code");
      assert.ok(code.length > 0 && code.every((cell) => cell.metadata.trusted), file);
    }
  });

  test("JupyterLab doesn't ask about news, and its log is for the user alone", async () => {
    const page = await (await api("/lab")).text();
    assert.match(page, /"disabledExtensions": \[[^\]]*"@jupyterlab\/apputils-extension:announcements"/);
    assert.equal(fs.statSync("build/logs/jupyterlab.log").mode & 0o077, 0);
  });

  test("prints its address, on 127.0.0.1 and with a token", () => {
    assert.equal(url.hostname, "127.0.0.1");
    assert.match(token, /^[0-9a-f]{48}$/);
    assert.equal(url.pathname, "/lab");
  });

  test("serves JupyterLab only to those who have the token", async () => {
    const page = await fetch(url);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /JupyterLab/);
    assert.equal((await api("/api/contents")).status, 200);
    assert.equal((await fetch(new URL("/api/contents", url))).status, 403);
    assert.equal((await fetch(new URL("/api/contents?token=wrong", url))).status, 403);
  });

  test("doesn't listen on the network", async () => {
    for (const { address, internal, family } of Object.values(os.networkInterfaces()).flatMap((one) => one ?? [])) {
      if (internal || family !== "IPv4") continue;
      await assert.rejects(fetch(`http://${address}:${url.port}/api`), `nothing should answer at ${address}`);
    }
  });

  test("shows the notebooks, and only this project's kernel", async () => {
    const contents = (await (await api("/api/contents")).json()) as { content: { name: string }[] };
    const notebooks = fs
      .readdirSync(NOTEBOOKS)
      .filter((name) => name.endsWith(".ipynb"))
      .sort();
    const shown = contents.content
      .map(({ name }) => name)
      .filter((name) => name.endsWith(".ipynb"))
      .sort();
    assert.deepEqual(shown, notebooks);
    const { kernelspecs } = (await (await api("/api/kernelspecs")).json()) as {
      kernelspecs: Record<string, { spec: { language: string; env: Record<string, string> } }>;
    };
    assert.ok(KERNEL_NAME in kernelspecs);
    assert.deepEqual(
      Object.values(kernelspecs).filter(({ spec }) => spec.language !== "typescript"),
      [],
    );
    assert.equal(kernelspecs[KERNEL_NAME].spec.env.TF_ENABLE_ONEDNN_OPTS, "1");
  });

  test("doesn't ask the internet for news or updates", async () => {
    const page = await (await fetch(url)).text();
    const config = JSON.parse(/<script id="jupyter-config-data"[^>]*>([^]*?)<\/script>/.exec(page)?.[1] ?? "{}") as {
      news?: { disabled: boolean };
    };
    assert.equal(config.news?.disabled, true);
  });

  test("ends on SIGTERM with everything it started, even a hung kernel, and exits with 0", async () => {
    const kernel = (await (
      await api("/api/kernels", { method: "POST", body: JSON.stringify({ name: KERNEL_NAME }) })
    ).json()) as { id: string };
    assert.ok(kernel.id);
    const kernelProcess = () =>
      descendants(child.pid as number).find(({ command }) => command.includes(`kernel-${kernel.id}`));
    await until(() => kernelProcess() !== undefined);
    // It will not answer the request to shut down.
    process.kill((kernelProcess() as Process).pid, "SIGSTOP");
    const started = descendants(child.pid as number);
    assert.ok(started.some(({ command }) => command.includes("jupyterlab")));
    const ended = resultOf(child);
    child.kill("SIGTERM");
    const { code } = await ended;
    assert.equal(code, 0);
    assert.deepEqual(
      started.filter(({ pid }) => isRunning(pid)),
      [],
    );
  });
});

test("JupyterLab ends when npm start is killed with kill -9", needs(notSetUp), async () => {
  const child = startNode('require("./src/setup/jupyter/start.ts").start({}).then((code) => process.exit(code));');
  await outputMatching(child, /^JupyterLab: .*$/m);
  const started = descendants(child.pid as number);
  assert.ok(started.some(({ command }) => command.includes("jupyterlab")));
  child.kill("SIGKILL");
  await until(() => started.every(({ pid }) => !isRunning(pid)));
});

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process below another one, without ps itself. */
function descendants(root: number): Process[] {
  const all = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match): match is RegExpExecArray => match !== null)
    .map(([, pid, parent, command]) => ({ pid: Number(pid), parent: Number(parent), command }))
    .filter(({ command }) => !command.startsWith("ps "));
  const below = (pid: number): Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((one) => [one, ...below(one.pid)]);
  return below(root);
}
