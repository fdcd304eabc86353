import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "vitest";
import { MessageCodec, PROTOCOL_VERSION } from "../../../src/kernel/wire/message-codec";

const KEY = "secret";

const bytes = (frames: (Uint8Array | string)[]): Buffer[] => frames.map((frame) => Buffer.from(frame));
const seal = (codec: MessageCodec) =>
  bytes(codec.seal(["client"], "status", undefined, { execution_state: "idle" }, { a: 1 }, [Buffer.from([1, 2])]));

/** The frames of a message whose parts are these texts, signed with `key`. */
function framesOf(parts: readonly string[], key = KEY): Buffer[] {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return bytes(["<IDS|MSG>", hmac.digest("hex"), ...parts]);
}

const HEADER = '{"msg_id":"1","msg_type":"status"}';

test("a message comes back as it was sent", () => {
  const message = new MessageCodec(KEY, "sha256").open(seal(new MessageCodec(KEY, "sha256")));
  assert.deepEqual(message.identities.map(String), ["client"]);
  assert.equal(message.header.msg_type, "status");
  assert.equal(message.header.version, PROTOCOL_VERSION);
  assert.deepEqual(message.parentHeader, {});
  assert.deepEqual(message.metadata, { a: 1 });
  assert.deepEqual(message.content, { execution_state: "idle" });
  assert.deepEqual(
    message.buffers.map((buffer) => [...buffer]),
    [[1, 2]],
  );
});

test("content that is already JSON is sent unchanged", () => {
  const frames = new MessageCodec(KEY, "sha256").seal([], "stream", undefined, '{"text": "é"}');
  assert.equal(frames.at(-1), '{"text": "é"}');
});

test("each message has its own id, and all messages of a codec have the same session", () => {
  const codec = new MessageCodec(KEY, "sha256");
  const reader = new MessageCodec(KEY, "sha256");
  const [first, second] = [reader.open(seal(codec)).header, reader.open(seal(codec)).header];
  assert.notEqual(first.msg_id, second.msg_id);
  assert.equal(first.session, second.session);
});

test("a message signed with another key is rejected before it is parsed", () => {
  const codec = new MessageCodec(KEY, "sha256");
  assert.throws(() => codec.open(framesOf(["not JSON", "{}", "{}", "{}"], "other")), /its signature is wrong/);
  assert.throws(() => codec.open(framesOf(["not JSON", "{}", "{}", "{}"])), SyntaxError);
});

test("a change to any part, or to the signature, is rejected", () => {
  const frames = seal(new MessageCodec(KEY, "sha256"));
  for (let frame = 2; frame <= 6; frame++) {
    const changed = frames.map((one, index) => (index === frame ? Buffer.concat([one, Buffer.from(" ")]) : one));
    if (frame === 2)
      changed[2] = Buffer.from(frames[2].toString().replace(/^./, (digit) => (digit === "0" ? "1" : "0")));
    assert.throws(() => new MessageCodec(KEY, "sha256").open(changed), /its signature is wrong/, `frame ${frame}`);
  }
});

test("a message that is sent twice is rejected the second time", () => {
  const frames = seal(new MessageCodec(KEY, "sha256"));
  const codec = new MessageCodec(KEY, "sha256");
  codec.open(frames);
  assert.throws(() => codec.open(frames), /received before/);
});

test("with an empty key, messages are neither signed nor verified", () => {
  const frames = seal(new MessageCodec("", "sha256"));
  assert.equal(frames[2].toString(), "");
  const codec = new MessageCodec("", "sha256");
  assert.equal(codec.open(frames).header.msg_type, "status");
  assert.equal(codec.open(frames).header.msg_type, "status");
});

test("anything that isn't a message is rejected", () => {
  const codec = new MessageCodec(KEY, "sha256");
  assert.throws(() => codec.open([]), /no delimiter/);
  assert.throws(() => codec.open(bytes(["a", "b"])), /no delimiter/);
  assert.throws(() => codec.open(bytes(["<IDS|MSG>", "", "{}"])), /at least 4 parts, found 1/);
  assert.throws(() => codec.open(framesOf([HEADER, "[]", "{}", "{}"])), /isn't a JSON object/);
  assert.throws(() => codec.open(framesOf(["{}", "{}", "{}", "{}"])), /no msg_id or no msg_type/);
  assert.throws(() => codec.open(framesOf(['{"msg_id":1,"msg_type":"a"}', "{}", "{}", "{}"])), /no msg_id/);
});

test("an unknown hash function is an error at the start", () => {
  assert.throws(() => new MessageCodec(KEY, "sha0"));
});
