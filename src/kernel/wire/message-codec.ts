import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import os from "node:os";
import type { Content, Header, Json } from "../protocol";

/** The version of Jupyter's messaging protocol that the kernel speaks. */
export const PROTOCOL_VERSION = "5.5";

/** A message that came in: its signature verified, its parts parsed. */
export interface Message {
  /** The routing prefix that brings a reply back to its sender. */
  readonly identities: Uint8Array[];
  readonly header: Header;
  readonly parentHeader: Partial<Header>;
  readonly metadata: Content;
  readonly content: Content;
  readonly buffers: Uint8Array[];
}

/** Signatures that are remembered to detect repeated messages, as many as jupyter_client remembers. */
const MAX_SIGNATURES = 2 ** 16;
const DELIMITER = Buffer.from("<IDS|MSG>");

/** Turns messages into signed frames, and frames into verified messages. */
export class MessageCodec {
  private readonly session = randomUUID();
  private readonly username = userName();
  private readonly seen = new Set<string>();

  /**
   * @param key the connection's key; empty turns signatures off
   * @param hash the hash of the HMAC, such as `sha256`
   */
  constructor(
    private readonly key: string,
    private readonly hash: string,
  ) {
    this.sign([]); // So that an unknown hash is an error now, not at the first message.
  }

  /** Whoever records a message and sends it again sends the same signature again. */
  private refuseRepeated(signature: string): void {
    if (this.seen.has(signature)) throw new Error("it was received before");
    this.seen.add(signature);
    if (this.seen.size > MAX_SIGNATURES) this.seen.delete(this.seen.values().next().value as string);
  }

  private sign(parts: (Uint8Array | string)[]): Buffer {
    const hmac = createHmac(this.hash, this.key);
    for (const part of parts) hmac.update(part);
    return hmac.digest();
  }

  /**
   * The message in `frames`. Nothing is parsed before the signature is verified, and comparing the signature takes the
   * same time whichever bytes of it are right.
   * @throws Error when the frames aren't a message, or its sender doesn't have the key
   */
  open(frames: Uint8Array[]): Message {
    const delimiter = frames.findIndex((frame) => DELIMITER.equals(frame));
    if (delimiter < 0) throw new Error("it has no delimiter <IDS|MSG>");
    const [signature, ...parts] = frames.slice(delimiter + 1);
    if (parts.length < 4) throw new Error(`expected a signature and at least 4 parts, found ${parts.length} parts`);
    if (this.key !== "") {
      const expected = this.sign(parts.slice(0, 4));
      const given = Buffer.from(Buffer.from(signature).toString("latin1"), "hex");
      if (given.length !== expected.length || !timingSafeEqual(given, expected))
        throw new Error("its signature is wrong");
      this.refuseRepeated(given.toString("base64"));
    }
    const [header, parentHeader, metadata, content] = parts.slice(0, 4).map(parseObject);
    if (typeof header.msg_id !== "string" || typeof header.msg_type !== "string") {
      throw new Error("its header has no msg_id or no msg_type");
    }
    return {
      identities: frames.slice(0, delimiter),
      header: header as unknown as Header,
      parentHeader: parentHeader as Partial<Header>,
      metadata,
      content,
      buffers: parts.slice(4),
    };
  }

  /** The frames of a signed message. */
  seal(
    identities: (Uint8Array | string)[],
    type: string,
    parent: Header | undefined,
    content: Content | Json,
    metadata: Content | Json = {},
    buffers: Uint8Array[] = [],
  ): (Uint8Array | string)[] {
    const header: Header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: this.username,
      date: new Date().toISOString(),
      version: PROTOCOL_VERSION,
    };
    const parts = [header, parent ?? {}, metadata, content].map(toJson);
    const signature = this.key === "" ? "" : this.sign(parts).toString("hex");
    return [...identities, DELIMITER, signature, ...parts, ...buffers];
  }
}

function toJson(part: object | Json): Json {
  return typeof part === "string" ? part : JSON.stringify(part);
}

function parseObject(part: Uint8Array): Content {
  const value: unknown = JSON.parse(Buffer.from(part).toString("utf8"));
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("a part of it isn't a JSON object");
  return value as Content;
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    return "user"; // The process has no entry in the user database, as in some containers.
  }
}
