import fs from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../log";

/*
 * ZeroMQ doesn't tell how far a subscriber has read, so a kernel that publishes faster than its clients read either
 * fills its memory or drops messages silently. The relay stands between the clients and the iopub socket, which listens
 * on a private Unix socket, and passes on bytes in both directions without looking at them. So it knows how much output
 * waits for which client, slows down the cell that prints it, and disconnects a client that has stopped reading.
 */

/** Output is held back while a client has this many bytes waiting. */
const HIGH_WATER_BYTES = 1 << 20;
/** A client that has stopped reading is disconnected once it has this many bytes waiting. */
const MAX_WAITING_BYTES = 64 << 20;
/** A client that takes nothing for this long has stopped reading; output isn't held back for it while others read. */
const STALL_MS = 1000;
/** The same when no client at all takes anything. */
const LONE_STALL_MS = 10_000;
/** The same for a client that connects shortly after one was disconnected: most likely it's the same one. */
const SUSPECT_STALL_MS = 50;
const SUSPICION_MS = 60_000;
/** How often a relay that holds back output checks whether a client has stalled. */
const POLL_MS = 20;
/** How often a relay that is closing checks whether its clients have received everything. */
const CLOSE_POLL_MS = 5;

/** Where clients connect: an address and a port, or the path of a Unix socket. */
export type RelayAddress = { readonly host: string; readonly port: number } | { readonly path: string };

class Subscriber {
  lastProgress = Date.now();

  constructor(
    readonly client: net.Socket,
    readonly upstream: net.Socket,
    readonly suspect: boolean,
  ) {}

  /** Bytes that wait for the client, besides what the system buffers. */
  get waiting(): number {
    return this.client.writableLength;
  }

  get isBehind(): boolean {
    return this.waiting >= HIGH_WATER_BYTES;
  }

  hasStalled(afterMs: number): boolean {
    return Date.now() - this.lastProgress > afterMs;
  }

  close(): void {
    this.client.destroy();
    this.upstream.destroy();
  }
}

/** Passes iopub's bytes between clients and the private socket. */
export class IopubRelay {
  private readonly subscribers = new Set<Subscriber>();
  private readonly folder = makeFolder();
  private lastDisconnect = -Infinity;
  private droppedBytes = 0;
  private wake: (() => void) | undefined;
  private readonly server = net.createServer((client) => this.connect(client));

  /** Where the iopub socket must listen. */
  get upstream(): string {
    return path.join(this.folder, "iopub");
  }

  /** @throws Error when the address is taken */
  async listen(address: RelayAddress): Promise<void> {
    if ("path" in address) fs.rmSync(address.path, { force: true }); // Left behind by a kernel that was killed.
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject).listen(address, () => resolve());
    });
    this.server.on("error", (error) => log(`iopub: ${error.message}`));
  }

  /** Resolves when clients have room for more output. */
  async ready(): Promise<void> {
    while (!this.hasRoom()) await Promise.race([new Promise<void>((resolve) => (this.wake = resolve)), sleep(POLL_MS)]);
  }

  /** The number of bytes that were dropped since the last call, for clients that had stopped reading. */
  takeDroppedBytes(): number {
    const dropped = this.droppedBytes;
    this.droppedBytes = 0;
    return dropped;
  }

  /** Resolves when the clients have received everything. Close the iopub socket first. */
  async close(): Promise<void> {
    this.server.close();
    fs.rmSync(this.folder, { recursive: true, force: true }); // Connections outlive the socket's name.
    while (this.subscribers.size > 0) await sleep(CLOSE_POLL_MS);
  }

  private hasRoom(): boolean {
    const all = [...this.subscribers];
    const behind = all.filter((subscriber) => subscriber.isBehind);
    if (behind.length === 0) return true;
    if (behind.length === all.length) return behind.every((subscriber) => subscriber.hasStalled(LONE_STALL_MS));
    return behind.every((subscriber) => subscriber.hasStalled(subscriber.suspect ? SUSPECT_STALL_MS : STALL_MS));
  }

  private connect(client: net.Socket): void {
    const upstream = net.connect(this.upstream);
    const suspect = Date.now() - this.lastDisconnect < SUSPICION_MS;
    const subscriber = new Subscriber(client, upstream, suspect);
    this.subscribers.add(subscriber);
    client.setNoDelay(true);
    client.pipe(upstream);
    upstream.on("data", (bytes: Buffer) => this.forward(subscriber, bytes));
    upstream.on("end", () => client.end());
    for (const socket of [client, upstream]) {
      socket.on("error", () => subscriber.close());
      socket.on("close", () => this.forget(subscriber));
    }
  }

  private forward(subscriber: Subscriber, bytes: Buffer): void {
    if (subscriber.waiting === 0) subscriber.lastProgress = Date.now();
    subscriber.client.write(bytes, () => {
      subscriber.lastProgress = Date.now();
      if (!subscriber.isBehind) this.wake?.();
    });
    if (subscriber.waiting > MAX_WAITING_BYTES) this.disconnect(subscriber);
  }

  private disconnect(subscriber: Subscriber): void {
    const megabytes = Math.round(subscriber.waiting / 1e6);
    log(`Disconnected a client that had stopped reading; ${megabytes} MB of output for it were dropped.`);
    this.droppedBytes += subscriber.waiting;
    this.lastDisconnect = Date.now();
    subscriber.close();
    this.forget(subscriber);
  }

  private forget(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
    subscriber.close();
    this.wake?.();
  }
}

const FOLDER_PREFIX = "kernel-iopub-";

/** Makes a private folder, and removes those of kernels that were killed. */
function makeFolder(): string {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const pid = new RegExp(`^${FOLDER_PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isRunning(Number(pid))) continue;
    try {
      fs.rmSync(path.join(os.tmpdir(), name), { recursive: true, force: true });
    } catch {
      // Another user's.
    }
  }
  return fs.mkdtempSync(path.join(os.tmpdir(), `${FOLDER_PREFIX}${process.pid}-`));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
