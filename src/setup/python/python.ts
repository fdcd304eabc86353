import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { SetupError } from "../bootstrap/errors.cjs";

const CANDIDATES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const MIN_MINOR = 10;

/**
 * Prints the interpreter's path, version, and whether it can create virtual environments (Debian packages that
 * separately).
 */
const PROBE = `
import json, sys
try:
    import ensurepip, venv
    environments = True
except ImportError:
    environments = False
print(json.dumps({"path": sys.executable, "version": list(sys.version_info[:3]), "environments": environments}))
`;

export interface Python {
  readonly path: string;
  readonly version: readonly [major: number, minor: number, micro: number];
  /** Whether `python -m venv` works. */
  readonly environments: boolean;
}

/**
 * Finds the first Python on the path that is 3.10 or later and can create virtual environments.
 *
 * @throws SetupError that says what was found instead
 */
export async function findPython(): Promise<Python> {
  const found = (await Promise.all(CANDIDATES.map(probePython))).filter((one): one is Python => one !== undefined);
  const recent = found.filter(isRecent);
  const usable = recent.find(({ environments }) => environments);
  if (usable !== undefined) return usable;
  if (recent.length > 0) {
    const { path, version } = recent[0];
    throw new SetupError(
      "Python is installed but can't create virtual environments.",
      `${path} lacks the modules venv and ensurepip, which Debian and Ubuntu package separately`,
      `sudo apt install python${version[0]}.${version[1]}-venv, then run the command again`,
    );
  }
  const others = found.map(({ path, version }) => `${path} is ${version.join(".")}`);
  throw new SetupError(
    "JupyterLab needs Python 3.10 or later.",
    others.length > 0 ? [...new Set(others)].join(", ") : `none of ${CANDIDATES.join(", ")} is on the path`,
    process.platform === "darwin"
      ? "brew install python (or https://www.python.org/downloads), then run the command again"
      : "sudo apt install python3 python3-venv (Fedora: sudo dnf install python3), then run the command again",
  );
}

/** pip's settings for reaching a package index. The others, such as PIP_TARGET or PIP_USER, say where to install. */
const PIP_NETWORK_SETTINGS = new Set(
  [
    "CERT",
    "CLIENT_CERT",
    "PROXY",
    "INDEX_URL",
    "EXTRA_INDEX_URL",
    "TRUSTED_HOST",
    "FIND_LINKS",
    "NO_INDEX",
    "CACHE_DIR",
  ]
    .map((name) => `PIP_${name}`)
    .concat("PIP_CONFIG_FILE"),
);

/** Every call of pip: no questions, no progress bars in logs, and a network that doesn't respond is noticed soon. */
export const PIP_OPTIONS: readonly string[] = [
  ...["--disable-pip-version-check", "--no-input", "--progress-bar", "off"],
  ...["--timeout", "7", "--retries", "1"],
];

/** The environment for every Python process: keeps out modules and settings meant for the user's other projects. */
export function pythonEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => {
    if (name === "PYTHONPATH" || name === "PYTHONHOME") return false;
    return !name.startsWith("PIP_") || PIP_NETWORK_SETTINGS.has(name);
  });
  return { ...Object.fromEntries(kept), PYTHONNOUSERSITE: "1" };
}

async function probePython(command: string): Promise<Python | undefined> {
  try {
    const { stdout } = await promisify(execFile)(command, ["-c", PROBE], { env: pythonEnvironment() });
    return JSON.parse(stdout) as Python;
  } catch {
    return undefined;
  }
}

function isRecent({ version: [major, minor] }: Python): boolean {
  return major === 3 && minor >= MIN_MINOR;
}
