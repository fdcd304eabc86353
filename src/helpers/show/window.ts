/** Windows for plots and pictures of a plain script: the desktop's browser, without the network. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { hasDesktop } from "../../shared/desktop";
import type { MimeBundle } from "../display/bundle";
import { escapeHtml } from "../display/markup";
import { PLOTLY_MIME } from "../render/plotly/figure-bundle";

/** A browser that has not asked for its page by then is not coming. */
const PATIENCE_SECONDS = 30;

/** Milliseconds in which a connection of the browser may still end by itself. */
const LINGER = 1000;

/** Pages that no browser has fetched yet, by the path they wait under. The browser is asked to open the first; the others have their turn. */
const waiting = new Map<string, string>();
let server: http.Server | undefined;

/**
 * Opens a figure or a picture in a window of its own, where there is a desktop. Each page is served once, from this machine to this machine,
 * and the server ends with the last one: no process and no file stays behind. A script that calls `process.exit` right
 * after may be gone before its window has its page.
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

/** Opens the first page that waits. One after the other: browsers that start at the same time fight over the user's profile. */
function openNext(): void {
  const { port } = server?.address() as AddressInfo;
  const [path] = waiting.keys();
  openBrowser(`http://127.0.0.1:${port}${path}`, (reason) => give(path, `No window could be opened: ${reason}`));
  setTimeout(
    () => give(path, "No browser has asked for the plot; is there one on this desktop?"),
    PATIENCE_SECONDS * 1000,
  ).unref();
}

/** What fills the page: the interactive figure, or else the picture; `undefined` when there is nothing to draw. */
function pageContent(bundle: MimeBundle): string | undefined {
  if (bundle[PLOTLY_MIME] !== undefined) {
    const plotly = fs.readFileSync(require.resolve("plotly.js-cartesian-dist-min"), "utf8");
    const { data, layout, config } = bundle[PLOTLY_MIME] as { data: unknown; layout: unknown; config: unknown };
    const call = `Plotly.newPlot("plot", ${[data, layout, config].map((part) => JSON.stringify(part ?? {})).join(", ")})`;
    return `<div id="plot"></div><script>${inScript(plotly)}</script><script>${inScript(call)}</script>`;
  }
  if (typeof bundle["image/png"] === "string") return `<img alt="" src="data:image/png;base64,${bundle["image/png"]}">`;
  return undefined;
}

/** The policy lets nothing in from outside: the page is whole as it is. */
function page(title: string, content: string): string {
  const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:";
  return [
    "<!doctype html>",
    `<html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<link rel="icon" href="data:,"><title>${escapeHtml(title)}</title></head><body>${content}</body></html>`,
  ].join("\n");
}

/** JavaScript as it may stand in a script element: nothing in it ends the element. `<` only stands in strings there where a slash or `!` follows. */
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
  // xdg-open may run as long as the browser does; the script need not.
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
  response.end(content, () => give(request.url ?? ""));
}

/** A page is done with, and the next one has its turn; the last one ends the server. */
function give(path: string, problem?: string): void {
  if (!waiting.delete(path)) return;
  if (problem !== undefined) process.stderr.write(problem + "\n");
  if (waiting.size > 0) {
    openNext();
    return;
  }
  const last = server;
  last?.close();
  // Browsers open connections that they do not use, and Node would wait a minute for a request on them.
  setTimeout(() => last?.closeAllConnections(), LINGER).unref();
}
