"use strict";
// Plain JavaScript: a typo is reported before any package is installed.
const { parseArgs } = require("node:util");
const { SetupError } = require("./errors.cjs");

const USAGE = "npm start -- [--port N] [--no-browser] [NOTEBOOK], for example: npm start -- --port 9000 04-load";
const OPTIONS = { port: { type: "string" }, "no-browser": { type: "boolean" } };

function startArguments(args, environment = process.env) {
  refuseOptionsForNpm(environment);
  const { values, positionals } = parse(args);
  if (positionals.length > 1) {
    throw new SetupError("npm start opens only one notebook.", `found ${positionals.join(" and ")}`, USAGE);
  }
  return {
    port: values.port === undefined ? undefined : portNumber(values.port),
    notebook: positionals[0],
    browser: !values["no-browser"],
  };
}

/** Without `--`, npm keeps the options for itself and hands them on in the environment. */
function refuseOptionsForNpm(environment) {
  const taken = ["npm_config_port", "npm_config_no_browser"].filter((name) => environment[name] !== undefined);
  if (environment.npm_config_browser === "") taken.push("npm_config_no_browser");
  if (taken.length === 0 || !environment.npm_lifecycle_event) return;
  const option = taken[0].replace("npm_config_", "--").replace("_", "-");
  throw new SetupError(`npm kept the option ${option} for itself.`, "npm hands on only what comes after --", USAGE);
}

function parse(args) {
  try {
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new SetupError("npm start: invalid arguments.", error.message, USAGE);
  }
}

function portNumber(text) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new SetupError("--port: expected a number from 1 to 65535.", `found "${text}"`, USAGE);
}

module.exports = { USAGE, startArguments };
