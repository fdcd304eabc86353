import fs from "node:fs";

/** A Jupyter connection file, validated. */
export interface Connection {
  readonly transport: "tcp" | "ipc";
  /** The address to bind; for ipc, the path that the sockets' names start with. */
  readonly ip: string;
  readonly ports: Readonly<Record<"shell" | "iopub" | "stdin" | "control" | "hb", number>>;
  /** The HMAC key; empty only if unsigned messages were allowed. */
  readonly key: string;
  /** The hash function of `signature_scheme`, by Node's name. */
  readonly hash: string;
  /** CurveZMQ keys (Z85) if the client encrypts. */
  readonly curve?: { readonly publicKey: string; readonly secretKey: string };
  readonly kernelName: string;
}

/**
 * Reads the connection file at `file`.
 * @param allowUnsigned accept an empty key: anyone who reaches the ports can then run code
 * @throws Error when a field is missing or wrong, or the key is empty
 */
export function readConnection(file: string, allowUnsigned: boolean): Connection {
  const fields = JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, unknown>;
  const text = (name: string, fallback?: string): string => {
    const value = fields[name] ?? fallback;
    if (typeof value !== "string")
      throw new Error(`Connection file ${file}: "${name}": expected a string, found ${JSON.stringify(value)}.`);
    return value;
  };
  const port = (name: string): number => {
    const value = fields[name];
    if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > 65535) {
      throw new Error(`Connection file ${file}: "${name}": expected a port number, found ${JSON.stringify(value)}.`);
    }
    return value as number;
  };
  const transport = text("transport", "tcp");
  if (transport !== "tcp" && transport !== "ipc") {
    throw new Error(`Connection file ${file}: "transport": expected "tcp" or "ipc", found "${transport}".`);
  }
  const scheme = text("signature_scheme", "hmac-sha256");
  if (!scheme.startsWith("hmac-"))
    throw new Error(
      `Connection file ${file}: "signature_scheme": expected a name such as "hmac-sha256", found "${scheme}".`,
    );
  const key = text("key", "");
  if (key === "" && !allowUnsigned) {
    throw new Error(
      `Connection file ${file}: the key is empty, so any local user could run code in this kernel. ` +
        `Start it with a key, or with --allow-unsigned if that's what you want.`,
    );
  }
  const publicKey = fields.curve_publickey;
  const secretKey = fields.curve_secretkey;
  return {
    transport,
    ip: text("ip", "127.0.0.1"),
    ports: {
      shell: port("shell_port"),
      iopub: port("iopub_port"),
      stdin: port("stdin_port"),
      control: port("control_port"),
      hb: port("hb_port"),
    },
    key,
    hash: scheme.slice("hmac-".length),
    curve: typeof publicKey === "string" && typeof secretKey === "string" ? { publicKey, secretKey } : undefined,
    kernelName: text("kernel_name", ""),
  };
}
