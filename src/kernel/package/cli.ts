import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "../../shared/usage-error";
import { install, type Place, uninstall } from "./kernelspec-file";

/*
 * The package's command: `npx typescript-jupyter-kernel install`.
 */

/** The package's folder; this file is bundled into it. */
const PACKAGE = __dirname;

const { name: NAME, version: VERSION } = JSON.parse(fs.readFileSync(path.join(PACKAGE, "package.json"), "utf8")) as {
  name: string;
  version: string;
};

const USAGE = `Usage: ${NAME} install [--user | --sys-prefix | --prefix FOLDER] [--name NAME] [--display-name NAME]
       ${NAME} uninstall [--user | --sys-prefix | --prefix FOLDER] [--name NAME]

install tells Jupyter about this kernel, uninstall takes that back.

  --user            for you alone, in all Python environments; the default
  --sys-prefix      for the active Python environment, such as a venv or a conda environment
  --prefix FOLDER   in FOLDER/share/jupyter/kernels
  --name            what notebooks call it, "typescript" by default
  --display-name    what JupyterLab shows, "TypeScript" by default
`;

function main(args: string[]): void {
  const { values, positionals } = parse(args);
  if (values.version) return console.log(VERSION);
  if (values.help || positionals.length === 0) return console.log(USAGE);
  const [command, ...rest] = positionals;
  if (rest.length > 0 || (command !== "install" && command !== "uninstall"))
    throw new UsageError(`expected install or uninstall, found ${positionals.join(" ")}.\n\n${USAGE}`);
  const { name } = values;
  const place = placeOf(values);
  if (command === "uninstall") return console.log(`Removed ${uninstall(NAME, { place, name })}`);
  if (PACKAGE.split(path.sep).includes("_npx")) {
    throw new UsageError(
      "expected an installed package, found npx's cache, which is emptied now and then. " +
        `Install it first: npm install --global ${NAME}`,
    );
  }
  const folder = install(path.join(PACKAGE, "kernel.cjs"), NAME, { place, name, displayName: values["display-name"] });
  console.log(
    `Installed ${folder}\nThe kernel runs from ${PACKAGE} on ${process.execPath}: install again if either moves.`,
  );
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        user: { type: "boolean" },
        "sys-prefix": { type: "boolean" },
        prefix: { type: "string" },
        name: { type: "string", default: "typescript" },
        "display-name": { type: "string", default: "TypeScript" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

function placeOf({ user, prefix, ...values }: { user?: boolean; "sys-prefix"?: boolean; prefix?: string }): Place {
  const chosen = [user, values["sys-prefix"], prefix].filter((option) => option !== undefined);
  if (chosen.length > 1)
    throw new UsageError(
      `expected one of --user, --sys-prefix and --prefix, found ${chosen.length}. Leave out the others.`,
    );
  if (prefix === "") throw new UsageError("expected a folder after --prefix, found none.");
  if (prefix !== undefined) return { prefix };
  return { kind: values["sys-prefix"] ? "sys-prefix" : "user" };
}

try {
  main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${NAME}: ${error.message}`);
  process.exitCode = 1;
}
