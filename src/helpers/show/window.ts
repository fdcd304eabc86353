/** Shows a script's plots and pictures in windows of the desktop's browser, without a network. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { hasDesktop } from "../../shared/desktop";
import type { MimeBundle } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { PLOTLY_MIME } from "../render/plotly/figure-bundle";

/** How long to wait for a browser to fetch its page. */
const FETCH_TIMEOUT_MS = 30_000;

/** How long the browser's connections have to close by themselves. */
const CLOSE_GRACE_MS = 1000;

/** Pages that no browser has fetched yet, by their path. The browser opens them one at a time. */
const waiting = new Map<string, string>();
let server: http.Server | undefined;

/**
 * Opens a figure or a picture in its own window if there is a desktop. A local server serves each page once and stops
 * after the last one: no process and no file is left behind. A script that calls `process.exit` right afterwards may
 * exit before the browser has its page.
 */
export function openWindow(bundle: MimeBundle): void {
  const content = pageContent(bundle);
  if (content === undefined || !hasDesktop()) return;
  const title = bundle["text/plain"].split("\n")[0];
  waiting.set(`/${randomUUID()}`, page(title, content));
  if (waiting.size > 1) return;
  server = http.createServer(answer).listen(0, "127.0.0.1");
  server.once("listening", openNext);
}

/** Opens the first waiting page. One at a time, because browsers that start together compete for the user's profile. */
function openNext(): void {
  const { port } = server?.address() as AddressInfo;
  const [path] = waiting.keys();
  openBrowser(`http://127.0.0.1:${port}${path}`, (reason) => finishPage(path, `Couldn't open a window: ${reason}.`));
  setTimeout(
    () => finishPage(path, "No browser has fetched the plot. Does this desktop have one?"),
    FETCH_TIMEOUT_MS,
  ).unref();
}

/** The page's content: the interactive figure, otherwise the picture; `undefined` if there is neither. */
function pageContent(bundle: MimeBundle): string | undefined {
  if (bundle[PLOTLY_MIME] !== undefined) {
    const plotly = fs.readFileSync(require.resolve("plotly.js-cartesian-dist-min"), "utf8");
    const { data, layout, config } = bundle[PLOTLY_MIME] as { data: unknown; layout: unknown; config: unknown };
    const figure = [data, layout, config].map((part) => JSON.stringify(part ?? {})).join(", ");
    const call = `Plotly.newPlot("plot", ${figure})`;
    return `<div id="plot"></div><script>${inScript(plotly)}</script><script>${inScript(call)}</script>`;
  }
  if (typeof bundle["image/png"] === "string") return `<img alt="" src="data:image/png;base64,${bundle["image/png"]}">`;
  return undefined;
}

/** The page. Its security policy allows nothing from the network. */
function page(title: string, content: string): string {
  const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:";
  return [
    "<!doctype html>",
    `<html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<link rel="icon" href="data:,"><title>${escapeHtml(title)}</title></head><body>${content}</body></html>`,
  ].join("\n");
}

/** Makes JavaScript safe inside a script element: nothing in it may end the element. All such `<` are in strings. */
function inScript(source: string): string {
  return source.replace(/<(?=\/script|!--|script)/gi, "\\x3C");
}

function openBrowser(url: string, failed: (reason: string) => void): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", url]
        : ["xdg-open", url];
  const opener = spawn(command, args, { stdio: "ignore", detached: true });
  opener.on("error", (error) => failed(error.message));
  opener.on("exit", (code) => {
    if (code !== 0) failed(`${command} ended with ${code}`);
  });
  // xdg-open can run as long as the browser, but the script shouldn't wait for it.
  opener.unref();
}

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const content = waiting.get(request.url ?? "");
  if (content === undefined) {
    response.writeHead(404, { connection: "close" }).end();
    return;
  }
  response.writeHead(200, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    connection: "close",
  });
  response.end(content, () => finishPage(request.url ?? ""));
}

/** Forgets a page and opens the next one. After the last one, the server stops. */
function finishPage(path: string, problem?: string): void {
  if (!waiting.delete(path)) return;
  if (problem !== undefined) process.stderr.write(problem + "\n");
  if (waiting.size > 0) {
    openNext();
    return;
  }
  const last = server;
  last?.close();
  // Browsers also open connections that they don't use, and Node would wait a minute for requests on them.
  setTimeout(() => last?.closeAllConnections(), CLOSE_GRACE_MS).unref();
}
