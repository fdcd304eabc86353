import { execFile } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { userCache } from "../../shared/cache-folder.cjs";
import { VENV, VENV_PYTHON } from "../../shared/paths";
import { run } from "../bootstrap/run.cjs";
import { PIP_OPTIONS, pythonEnvironment } from "./python";

/** Installs packages several times as fast as pip: https://docs.astral.sh/uv/ */
const UV = "uv==0.13.9";
const UV_COMMAND = path.join(VENV, "bin", "uv");
const SETTINGS = { UV_HTTP_TIMEOUT: "7", UV_HTTP_RETRIES: "1", UV_NO_PROGRESS: "1" };

/**
 * Installs a requirements file into `.venv` with uv, which pip installs first. pip's package index, certificate and
 * links apply.
 */
export async function installWithUv(requirements: string): Promise<{ code: number; output: string }> {
  const pip = await run(VENV_PYTHON, ["-m", "pip", "install", ...PIP_OPTIONS, UV], { env: pythonEnvironment() });
  if (pip.code !== 0 || !fs.existsSync(UV_COMMAND)) return { code: pip.code || 1, output: pip.output };
  const { PIP_CERT, PIP_EXTRA_INDEX_URL, PIP_FIND_LINKS } = process.env;
  const index = process.env.PIP_INDEX_URL ?? (await pipSetting("global.index-url"));
  const certificate = PIP_CERT ?? (await pipSetting("global.cert"));
  return run(
    UV_COMMAND,
    [
      ...["pip", "install", "--no-config", "--python", VENV_PYTHON, "--cache-dir", path.join(userCache(), "uv")],
      ...(index === undefined ? [] : ["--default-index", index]),
      ...(PIP_EXTRA_INDEX_URL === undefined ? [] : ["--index", PIP_EXTRA_INDEX_URL]),
      ...(PIP_FIND_LINKS ? ["--find-links", PIP_FIND_LINKS] : []),
      ...["-r", requirements],
    ],
    {
      env: {
        ...pythonEnvironment(),
        ...SETTINGS,
        ...(certificate === undefined ? {} : { SSL_CERT_FILE: certificate }),
      },
    },
  );
}

/** A setting in pip's configuration files; `undefined` if there is none. */
async function pipSetting(name: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(VENV_PYTHON, ["-m", "pip", "config", "get", name], {
      env: pythonEnvironment(),
    });
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
