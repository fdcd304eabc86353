import { SetupError } from "./errors.cjs";

type Command = (args: string[]) => Promise<number>;

/** The npm scripts. Each loads only what it needs. */
const COMMANDS: Readonly<Record<string, Command>> = {
  start: async (args) => {
    const { start, startOptions } = await import("./start");
    // Before the set-up: nobody wants to wait for it to learn of a typing error.
    const options = startOptions(args);
    await (await import("./index")).setUp();
    return start(options);
  },
  doctor: async (args) => {
    refuseArguments("doctor", args);
    return (await import("./doctor")).doctor();
  },
  notebooks: async (args) => {
    await (await import("./index")).setUp();
    return (await import("../notebooks")).runNotebooks(args);
  },
  typecheck: async (args) => {
    refuseArguments("typecheck", args);
    return (await import("../notebooks")).typecheckNotebooks();
  },
  test: async (args) => {
    await (await import("./index")).setUp();
    return (await import("../../test/run")).runTests(args);
  },
  "test:unit": async (args) => {
    await (await import("./index")).setUpForUnitTests();
    return (await import("../../test/run")).runTests(["--unit", ...args]);
  },
};

/**
 * Runs one of the npm scripts.
 *
 * @returns the exit code
 * @throws SetupError for a command or argument that does not exist, and for everything that the user can mend
 */
export async function main(command: string | undefined, args: string[]): Promise<number> {
  if (command === undefined || !Object.hasOwn(COMMANDS, command)) {
    throw new SetupError(
      `There is no command "${command ?? ""}".`,
      `the commands are ${Object.keys(COMMANDS).join(", ")}`,
      "run one of them through npm, such as: npm start",
    );
  }
  return COMMANDS[command](args);
}

function refuseArguments(command: string, args: string[]): void {
  if (args.length === 0) return;
  throw new SetupError(`npm run ${command} takes no arguments.`, `${args.join(" ")} was given`, `npm run ${command}`);
}
