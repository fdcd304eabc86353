"use strict";
// Runs inside each test file's process, as node:test's reporter, and hands the results to run.ts.

// Without its runner a test file has nobody to report to; whatever it started ends with it.
process.once("disconnect", () => process.exit(1));
process.channel?.unref();

/** @param {import("node:stream").Readable} source node:test's events */
module.exports = async function* report(source) {
  for await (const { type, data } of source) {
    if (type === "test:dequeue") process.send?.({ type: "start", name: data.name, nesting: data.nesting });
    if (type === "test:pass" || type === "test:fail") process.send?.({ type: "result", ...result(type, data) });
  }
  process.send?.({ type: "end" });
};

function result(type, { name, nesting, skip, todo, details }) {
  const { error } = details;
  const cause = error?.cause ?? error;
  return {
    name,
    nesting,
    passed: type === "test:pass",
    skipped: skip !== undefined || todo !== undefined ? String(skip || todo || "no reason given") : undefined,
    seconds: details.duration_ms / 1000,
    onlySubtestsFailed: error?.failureType === "subtestsFailed",
    error: error && (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)),
  };
}
