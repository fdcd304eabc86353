import { alignedTable } from "../../shared/aligned-table";
import { step } from "../bootstrap/progress.cjs";
import { CHECKS, type Finding } from "./checks";

const WORDS = { ok: "ok", warning: "warning", fault: "FAULT" } as const;

/**
 * `npm run doctor`: checks the setup and prints a table of what it found. Changes nothing.
 *
 * @returns the exit code: 1 if something necessary is missing, 0 if there are only warnings
 */
export async function doctor(): Promise<number> {
  const findings = await step("Checking your setup", () =>
    Promise.all(CHECKS.map(async ({ need, check }) => ({ need, ...(await check().catch(asFault)) }))),
  );
  console.log(
    alignedTable([
      ["need", "found", "state", "what to do"],
      ...findings.map(({ need, found, state, remedy }) => [need, found, WORDS[state], remedy ?? ""]),
    ]),
  );
  const faults = findings.filter(({ state }) => state === "fault").length;
  const warnings = findings.filter(({ state }) => state === "warning").length;
  console.log(
    `\n${faults === 0 ? "Everything necessary is installed." : `${faults} missing or broken.`} Warnings: ${warnings}.`,
  );
  return faults === 0 ? 0 : 1;
}

/** A check that fails itself is reported as a fault too. */
function asFault(error: Error): Finding {
  return { found: error.message.split("\n")[0], state: "fault", remedy: "please report this: the check itself failed" };
}
