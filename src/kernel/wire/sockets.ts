import fs from "node:fs";
import * as zmq from "zeromq";
import type { Connection } from "./connection";

type Frames = (Uint8Array | string)[];

/** The sending side of a bound socket; messages leave in order. */
export interface Channel {
  send(frames: Frames): void;
}

export interface Sockets {
  readonly shell: Channel;
  readonly control: Channel;
  readonly stdin: Channel;
  readonly iopub: Channel;
  /** Starts to receive. What has arrived before is received now. */
  receive(receivers: Receivers): void;
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

/**
 * Binds the five sockets of a Jupyter kernel to the addresses in `connection`.
 * @throws Error when a port is taken
 */
export async function openSockets(connection: Connection): Promise<Sockets> {
  const { transport, ip, ports, curve } = connection;
  const options = {
    linger: LINGER_MS,
    ...(curve && { curveServer: true, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey }),
  };
  // No limit on messages that wait for a slow client: at its limit ZeroMQ would silently drop output.
  const unlimited = { sendHighWaterMark: 0, receiveHighWaterMark: 0 };
  const routers = {
    shell: new zmq.Router({ ...options, ...unlimited, handover: true }),
    control: new zmq.Router({ ...options, ...unlimited, handover: true }),
    stdin: new zmq.Router({ ...options, ...unlimited, handover: true }),
  };
  const iopub = new zmq.XPublisher({ ...options, ...unlimited, verbosity: "allSubs" });
  const heartbeat = new zmq.Reply(options);

  const bind = (socket: zmq.Socket, port: number): Promise<void> =>
    socket.bind(transport === "ipc" ? `ipc://${ip}-${port}` : `tcp://${ip}:${port}`);
  await Promise.all([
    ...Object.entries(routers).map(([name, socket]) => bind(socket, ports[name as keyof typeof routers])),
    bind(iopub, ports.iopub),
    bind(heartbeat, ports.hb),
  ]);
  if (transport === "ipc") for (const port of Object.values(ports)) fs.chmodSync(`${ip}-${port}`, 0o600);

  const channels = {
    shell: new Outbox(routers.shell),
    control: new Outbox(routers.control),
    stdin: new Outbox(routers.stdin),
    iopub: new Outbox(iopub),
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
      void echo(heartbeat);
    },
    async close() {
      await Promise.all(Object.values(channels).map((channel) => channel.drained()));
      for (const socket of [...Object.values(routers), iopub, heartbeat]) socket.close();
    },
  };
}

async function listen(socket: zmq.Router | zmq.XPublisher, receive: (frames: Uint8Array[]) => void): Promise<void> {
  for await (const frames of socket as AsyncIterable<Uint8Array[]>) receive(frames);
}

async function echo(heartbeat: zmq.Reply): Promise<void> {
  for await (const frames of heartbeat) await heartbeat.send(frames);
}

/** ZeroMQ's sockets refuse to send while another send is in progress, so messages wait here. */
class Outbox implements Channel {
  private readonly queue: Frames[] = [];
  private sending: Promise<void> | undefined;

  constructor(private readonly socket: zmq.Router | zmq.XPublisher) {}

  send(frames: Frames): void {
    this.queue.push(frames);
    this.sending ??= this.run();
  }

  async drained(): Promise<void> {
    await this.sending;
  }

  private async run(): Promise<void> {
    for (let frames = this.queue.shift(); frames; frames = this.queue.shift()) {
      try {
        await this.socket.send(frames);
      } catch (error) {
        // The receiver is gone, so its reply can't be delivered, or the socket is closing. The others must still get theirs.
        if ((error as NodeJS.ErrnoException).code !== "EHOSTUNREACH" && !this.socket.closed) throw error;
      }
    }
    this.sending = undefined;
  }
}
