import { alignedTable } from "../../shared/aligned-table";
import { step } from "../bootstrap/progress.cjs";
import { CHECKS, type Finding } from "./checks";

const WORDS = { ok: "ok", warning: "warning", fault: "FAULT" } as const;
/** Characters of a cell; some messages of packages are pages long. */
const MAX_FOUND = 100;

type Findings = readonly (Finding & { readonly need: string })[];

/**
 * `npm run doctor`: checks the setup and prints a table of what it found. Changes nothing unless it's given a repair.
 *
 * @param repair sets up what is missing (`--fix`); what is broken is removed before
 * @returns the exit code: 1 if something necessary is missing, 0 if there are only warnings
 * @throws SetupError if the repair fails
 */
export async function doctor(repair?: () => Promise<void>): Promise<number> {
  let findings = await examine();
  const wrong = findings.filter(({ state }) => state !== "ok");
  if (repair !== undefined && wrong.length > 0) {
    console.log(`To repair: ${wrong.map(({ need }) => need).join(", ")}.`);
    for (const { clear } of wrong) clear?.();
    await repair();
    findings = await examine();
  }
  console.log(tableOf(findings));
  const faults = findings.filter(({ state }) => state === "fault").length;
  const warnings = findings.filter(({ state }) => state === "warning").length;
  console.log(
    `\n${faults === 0 ? "Everything necessary is installed." : `${faults} missing or broken.`} Warnings: ${warnings}.`,
  );
  return faults === 0 ? 0 : 1;
}

async function examine(): Promise<Findings> {
  return step("Checking your setup", () =>
    Promise.all(CHECKS.map(async ({ need, check }) => ({ need, ...(await check().catch(asFault)) }))),
  );
}

function tableOf(findings: Findings): string {
  return alignedTable([
    ["need", "found", "state", "what to do"],
    ...findings.map(({ need, found, state, remedy }) => [need, inOneLine(found), WORDS[state], remedy ?? ""]),
  ]);
}

function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > MAX_FOUND ? `${line.slice(0, MAX_FOUND)}…` : line;
}

/** A check that fails itself is reported as a fault too. */
function asFault(error: Error): Finding {
  return { found: error.message.split("\n")[0], state: "fault", remedy: "please report this: the check itself failed" };
}
