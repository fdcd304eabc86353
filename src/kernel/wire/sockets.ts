import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as zmq from "zeromq";
import { log, messageOf } from "../log";
import type { Connection } from "./connection";
import { IopubRelay } from "./iopub-relay";

type Frames = (Uint8Array | string)[];

/** The sending side of a bound socket; messages leave in order. */
export interface Channel {
  /** @param sent called when the message has left the queue */
  send(frames: Frames, sent?: () => void): void;
}

export interface Sockets {
  readonly shell: Channel;
  readonly control: Channel;
  readonly stdin: Channel;
  readonly iopub: Channel;
  /** Starts to receive, including what has arrived before. */
  receive(receivers: Receivers): void;
  /** The bytes that were dropped since the last call, for clients that had stopped reading iopub. */
  takeDroppedBytes(): number;
  /** Sends what is queued and releases the ports. */
  close(): Promise<void>;
}

/** What the kernel does with incoming frames. */
export interface Receivers {
  shell(frames: Uint8Array[]): void;
  control(frames: Uint8Array[]): void;
  stdin(frames: Uint8Array[]): void;
  /** A client subscribed to iopub messages whose topic starts with `topic`. */
  subscribed(topic: string): void;
}

/** How long to wait at the end for clients to take the messages that are left. */
const LINGER_MS = 1000;
/** iopub messages on their way to the relay; more wait in the outbox, so that the kernel knows about them. */
const IOPUB_HIGH_WATER_MARK = 100;
/** How long to wait when that many are on their way. */
const RETRY_MS = 1;
/** How long to wait after a failed receive. */
const RECEIVE_RETRY_MS = 10;

/**
 * Binds the five sockets of a Jupyter kernel to the addresses in `connection`.
 * @throws Error with the address when a port is taken
 */
export async function openSockets(connection: Connection): Promise<Sockets> {
  const { transport, ip, ports, curve } = connection;
  const options = {
    linger: LINGER_MS,
    ...(curve && { curveServer: true, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey }),
  };
  // No limit on replies that wait for a slow client: at its limit ZeroMQ would silently drop them.
  const unlimited = { sendHighWaterMark: 0, receiveHighWaterMark: 0, handover: true };
  const routers = {
    shell: new zmq.Router({ ...options, ...unlimited }),
    control: new zmq.Router({ ...options, ...unlimited }),
    stdin: new zmq.Router({ ...options, ...unlimited }),
    // A reply socket would be stricter: it fails on frames that are not a request.
    hb: new zmq.Router({ ...options, handover: true }),
  };
  const iopub = new zmq.XPublisher({
    ...options,
    sendHighWaterMark: IOPUB_HIGH_WATER_MARK,
    noDrop: true,
    verbosity: "allSubs",
  });
  const relay = new IopubRelay();

  const closeAll = (): Promise<void> => {
    for (const socket of [...Object.values(routers), iopub]) socket.close();
    return relay.close();
  };
  const bind = async (name: keyof typeof ports): Promise<void> => {
    const file = `${ip}-${ports[name]}`;
    const address = transport === "ipc" ? `ipc://${file}` : `tcp://${ip}:${ports[name]}`;
    try {
      if (name !== "iopub") await routers[name].bind(address);
      else await relay.listen(transport === "ipc" ? { path: file } : { host: listenHost(ip), port: ports.iopub });
    } catch (error) {
      throw new Error(
        `The ${name} socket can't listen on ${address}: ${messageOf(error)}. Is another kernel using it?`,
      );
    }
    if (transport === "ipc") fs.chmodSync(file, 0o600);
  };
  try {
    await iopub.bind(`ipc://${relay.upstream}`);
    for (const name of ["shell", "control", "stdin", "hb", "iopub"] as const) await bind(name);
  } catch (error) {
    await closeAll();
    throw error;
  }

  const channels = {
    shell: new Outbox(routers.shell),
    control: new Outbox(routers.control),
    stdin: new Outbox(routers.stdin),
    iopub: new Outbox(iopub, () => relay.ready()),
  };
  return {
    ...channels,
    receive(receivers) {
      void listen(routers.shell, receivers.shell);
      void listen(routers.control, receivers.control);
      void listen(routers.stdin, receivers.stdin);
      void listen(iopub, ([frame]) => {
        if (frame?.[0] === 1) receivers.subscribed(Buffer.from(frame.subarray(1)).toString());
      });
      const heartbeat = new Outbox(routers.hb);
      void listen(routers.hb, (frames) => heartbeat.send(frames));
    },
    takeDroppedBytes: () => relay.takeDroppedBytes(),
    async close() {
      await Promise.all(Object.values(channels).map((channel) => channel.drained()));
      await closeAll();
    },
  };
}

/** The host of a connection file for Node's servers; ZeroMQ also takes `*` for all addresses. */
function listenHost(ip: string): string {
  return ip === "*" ? "0.0.0.0" : ip;
}

/** Receives until the socket is closed, whatever arrives and whatever `receive` throws. */
async function listen(socket: zmq.Router | zmq.XPublisher, receive: (frames: Uint8Array[]) => void): Promise<void> {
  while (!socket.closed) {
    try {
      receive(await socket.receive());
    } catch (error) {
      if (socket.closed) return;
      log(`Ignored a message that couldn't be received: ${messageOf(error)}`);
      await sleep(RECEIVE_RETRY_MS);
    }
  }
}

interface Outgoing {
  readonly frames: Frames;
  readonly sent?: () => void;
}

/** ZeroMQ's sockets refuse to send while another send is in progress, so messages wait here. */
class Outbox implements Channel {
  private queue: Outgoing[] = [];
  private sending: Promise<void> | undefined;

  /** @param ready resolves when the receivers have room for another message */
  constructor(
    private readonly socket: zmq.Router | zmq.XPublisher,
    private readonly ready?: () => Promise<void>,
  ) {}

  send(frames: Frames, sent?: () => void): void {
    this.queue.push({ frames, sent });
    this.sending ??= this.run();
  }

  async drained(): Promise<void> {
    await this.sending;
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      const messages = this.queue;
      this.queue = [];
      for (const { frames, sent } of messages) {
        await this.transmit(frames);
        sent?.();
      }
    }
    this.sending = undefined;
  }

  private async transmit(frames: Frames): Promise<void> {
    await this.ready?.();
    while (!this.socket.closed) {
      try {
        return await this.socket.send(frames);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EHOSTUNREACH" || this.socket.closed) return; // The receiver is gone. The others must get theirs.
        if (code !== "EAGAIN") return log(`Dropped a message that couldn't be sent: ${messageOf(error)}`);
        await sleep(RETRY_MS);
      }
    }
  }
}
