import assert from "node:assert/strict";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, test } from "vitest";
import { readConnection } from "../../../src/kernel/wire/connection";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "connection-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const FIELDS = {
  transport: "tcp",
  ip: "127.0.0.1",
  shell_port: 1,
  iopub_port: 2,
  stdin_port: 3,
  control_port: 4,
  hb_port: 65535,
  key: "secret",
  signature_scheme: "hmac-sha512",
  kernel_name: "tslab",
};

function read(change: Record<string, unknown> = {}, allowUnsigned = false) {
  const file = path.join(folder, "connection.json");
  fs.writeFileSync(file, JSON.stringify({ ...FIELDS, ...change }));
  return readConnection(file, allowUnsigned);
}

test("the fields of a connection file are read", () => {
  assert.deepEqual(read(), {
    transport: "tcp",
    ip: "127.0.0.1",
    ports: { shell: 1, iopub: 2, stdin: 3, control: 4, hb: 65535 },
    key: "secret",
    hash: "sha512",
    curve: undefined,
    kernelName: "tslab",
  });
});

test("fields that may be missing have the defaults of the protocol", () => {
  const { transport, ip, hash, kernelName } = read({
    transport: undefined,
    ip: undefined,
    signature_scheme: undefined,
    kernel_name: undefined,
  });
  assert.deepEqual(
    { transport, ip, hash, kernelName },
    { transport: "tcp", ip: "127.0.0.1", hash: "sha256", kernelName: "" },
  );
});

test("both CurveZMQ keys turn on encryption; one alone doesn't", () => {
  const keys = { curve_publickey: "public", curve_secretkey: "private" };
  assert.deepEqual(read(keys).curve, { publicKey: "public", secretKey: "private" });
  assert.equal(read({ curve_publickey: "public" }).curve, undefined);
});

test("a wrong field is rejected with its name, what was expected and what was found", () => {
  assert.throws(() => read({ shell_port: "1" }), /"shell_port": expected a port number, found "1"/);
  assert.throws(() => read({ hb_port: 65536 }), /"hb_port": expected a port number, found 65536/);
  assert.throws(() => read({ iopub_port: undefined }), /"iopub_port": expected a port number, found undefined/);
  assert.throws(() => read({ transport: "udp" }), /"transport": expected "tcp" or "ipc", found "udp"/);
  assert.throws(() => read({ ip: 7 }), /"ip": expected a string, found 7/);
  assert.throws(() => read({ signature_scheme: "md5" }), /"signature_scheme": expected a name such as "hmac-sha256"/);
});

test("an empty key is rejected unless unsigned messages are allowed", () => {
  assert.throws(() => read({ key: "" }), /the key is empty[^]*--allow-unsigned/);
  assert.throws(() => read({ key: undefined }), /the key is empty/);
  assert.equal(read({ key: "" }, true).key, "");
});
