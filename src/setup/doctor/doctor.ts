import { alignedTable } from "../../shared/aligned-table";
import { step } from "../bootstrap/progress.cjs";
import { CHECKS, type Finding } from "./checks";

const WORDS = { ok: "ok", warning: "warning", fault: "FAULT" } as const;

/**
 * `npm run doctor`: writes a table of what is needed and what was found. Changes nothing.
 *
 * @returns the exit code: 1 if something needed is missing, 0 if there is nothing worse than a warning
 */
export async function doctor(): Promise<number> {
  const findings = await step("Looking at what is here", () =>
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
    `\n${faults === 0 ? "Nothing that is needed is missing." : `Missing or wrong: ${faults}.`} Warnings: ${warnings}.`,
  );
  return faults === 0 ? 0 : 1;
}

/** A check that itself fails is a finding too. */
function asFault(error: Error): Finding {
  return { found: error.message.split("\n")[0], state: "fault", remedy: "report this: the check itself failed" };
}
