"use strict";

class SetupError extends Error {
  constructor(what, why, remedy) {
    super(`${what}\n  Why:   ${why}\n  To do: ${remedy}`);
    this.name = "SetupError";
    Object.assign(this, { what, why, remedy });
  }
}

const DISK_FULL = "the disk is full";

const anyOf = (...words) => new RegExp(words.flat().join("|"), "i");

const CAUSES = [
  {
    pattern: /ENOSPC|No space left on device|Disk quota exceeded/i,
    why: DISK_FULL,
    remedy: "free up disk space (df -h shows where), then run the command again",
  },
  {
    pattern: anyOf(
      ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ENETUNREACH", "ETIMEDOUT", "ERR_SOCKET_TIMEOUT"],
      ["NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError"],
      ["Temporary failure in name resolution", "Connection (refused|broken|reset)", "Network is unreachable"],
    ),
    why: "the package registry can't be reached",
    remedy: "check the network connection and any proxy settings, then run the command again",
  },
  {
    pattern: /CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_(GET|VERIFY)/i,
    why: "the package registry's TLS certificate isn't trusted on this machine",
    remedy:
      "if you're behind a company proxy, set NODE_EXTRA_CA_CERTS and PIP_CERT to its certificate, " +
      "then run the command again",
  },
  {
    pattern: /EROFS|Read-only file system/i,
    why: "the file system is read-only",
    remedy: "clone the workbook into a folder that you can write to",
  },
  {
    pattern: /EACCES|EPERM|Permission denied/i,
    why: "a file or folder isn't writable",
    remedy: "make yourself the owner of the checkout and the cache folder (chown), and run the command without sudo",
  },
];

function causeOf(output) {
  return CAUSES.find(({ pattern }) => pattern.test(output));
}

function commandError(what, output, log) {
  const cause = causeOf(output);
  return new SetupError(
    what,
    cause ? cause.why : reasonLine(output),
    cause ? `${cause.remedy} (details: ${log})` : `see ${log}, then run the command again`,
  );
}

/** The line that looks most like a reason; npm and pip write much else around it. */
function reasonLine(output) {
  const lines = output
    .split("\n")
    .map((line) => line.replace(/^npm (error|ERR!)/, "").trim())
    .filter((line) => line !== "");
  return (
    lines.find((line) => /^error\b|cannot|can only|could not|failed/i.test(line)) || lines[0] || "it gave no reason"
  );
}

function reportError(error) {
  if (error instanceof SetupError) {
    console.error(error.message);
    return;
  }
  const cause = error && typeof error.code === "string" ? causeOf(error.code) : undefined;
  if (cause) console.error(new SetupError(error.message, cause.why, cause.remedy).message);
  else console.error(error);
}

module.exports = { DISK_FULL, SetupError, causeOf, commandError, reportError };
