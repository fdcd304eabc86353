"use strict";
const { commandError } = require("./errors.cjs");
const { step } = require("./progress.cjs");
const { run, writeLog } = require("./run.cjs");

async function runStep({ title, failure, log, command, args, ...options }) {
  return await step(title, async () => {
    const { code, output } = await run(command, args, options);
    if (code !== 0) throw commandError(failure, output, writeLog(log, output));
    return output;
  });
}

module.exports = { runStep };
