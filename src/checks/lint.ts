import fs from "node:fs";
import path from "node:path";
import { ESLint, type Linter } from "eslint";
import { cellsOfModule, writeCellModules, type CellModule } from "../notebooks/cell-modules";
import { readCellSources, writeCellSources } from "../notebooks/cell-sources";
import { formatCell } from "../notebooks/format-cell";
import { run } from "../setup/bootstrap/run.cjs";
import { installPythonTools } from "../setup/python/tools-venv";
import { BUILD, ROOT } from "../shared/paths";
import { listNotebooks } from "../shared/series";

/** A tool's name and what it found, a line each. */
interface Report {
  readonly tool: string;
  readonly findings: readonly string[];
}

/** The folder of build/ with the notebooks' cells as modules; eslint.config.mjs has rules for it. */
const CELLS = "lint";
const PYTHON_TOOLS = path.join(BUILD, "lint-venv");
/** The cells' modules may await at their top. */
const CELLS_TSCONFIG = {
  extends: "../../tsconfig.json",
  compilerOptions: { module: "esnext" },
  include: ["*.ts"],
};

/**
 * `npm run lint`: ESLint and Prettier on the TypeScript of the project and of the notebooks' cells, Knip on exports,
 * dependencies and import cycles, ruff on the Python. With `fix`, repairs what can be repaired automatically.
 *
 * @returns The exit code: 0 when there are no findings.
 */
export async function lint({ fix }: { fix: boolean }): Promise<number> {
  const start = Date.now();
  const notebooks = listNotebooks();
  const tools = [
    () => eslint(notebooks, fix),
    () => prettier(fix),
    () => prettierInCells(notebooks, fix),
    () => ruff(fix),
    () => knip(),
  ];
  // Two tools must not rewrite the same file at once, and Prettier formats what ESLint repaired.
  const reports = fix ? await inTurn(tools) : await Promise.all(tools.map((tool) => tool()));
  const found = reports.flat().filter(({ findings }) => findings.length > 0);
  for (const { tool, findings } of found) console.error(`${tool}:\n${findings.map((line) => `  ${line}\n`).join("")}`);
  const count = found.reduce((sum, { findings }) => sum + findings.length, 0);
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  const result = count === 0 ? "no findings" : `${count} finding${count === 1 ? "" : "s"}`;
  console.log(`Project and ${notebooks.length} notebooks: ${result} (${seconds} s)`);
  if (count > 0 && !fix) console.log("npm run lint -- --fix repairs what can be repaired automatically.");
  return count === 0 ? 0 : 1;
}

async function inTurn(tools: (() => Promise<Report>)[]): Promise<Report[]> {
  const reports: Report[] = [];
  for (const tool of tools) reports.push(await tool());
  return reports;
}

async function eslint(notebooks: readonly string[], fix: boolean): Promise<Report> {
  const modules = writeCellModules(notebooks, CELLS);
  fs.writeFileSync(path.join(BUILD, CELLS, "tsconfig.json"), JSON.stringify(CELLS_TSCONFIG));
  const results = await new ESLint({ cwd: ROOT, fix }).lintFiles([".", path.join(BUILD, CELLS)]);
  if (fix) await ESLint.outputFixes(results);
  const findings = results.flatMap(({ filePath, output, messages }) => {
    const module = modules.find(({ file }) => file === filePath);
    if (module !== undefined && output !== undefined) writeCellSources(module.notebook, cellsOfModule(output));
    return messages.map((message) => describe(message, filePath, module));
  });
  return { tool: "ESLint", findings };
}

function describe({ line, column, message, ruleId }: Linter.LintMessage, file: string, module?: CellModule): string {
  const rule = ruleId === null ? "" : ` (${ruleId})`;
  if (module === undefined) return `${path.relative(ROOT, file)}:${line}:${column}: ${message}${rule}`;
  const origin = module.origin(line - 1);
  return `${path.relative(ROOT, module.notebook)} cell [${origin.cell}]:${origin.line}:${column}: ${message}${rule}`;
}

async function prettier(fix: boolean): Promise<Report> {
  const mode = fix ? ["--write", "--log-level=warn"] : ["--list-different"];
  const { code, lines } = await runTool(bin("prettier", "bin/prettier.cjs"), [...mode, "."]);
  if (code === 0) return { tool: "Prettier", findings: [] };
  return { tool: "Prettier", findings: code === 1 ? lines.map((file) => `${file}: is not formatted`) : lines };
}

async function prettierInCells(notebooks: readonly string[], fix: boolean): Promise<Report> {
  const findings: string[] = [];
  for (const notebook of notebooks) {
    const sources = readCellSources(notebook);
    const formatted = await Promise.all(
      sources.map(async (source, index) => {
        const place = `${path.relative(ROOT, notebook)} cell [${index + 1}]`;
        try {
          const result = await formatCell(source, notebook);
          if (result !== source && !fix) findings.push(`${place}: is not formatted`);
          return result;
        } catch (error) {
          findings.push(`${place}: cannot be parsed: ${(error as Error).message}`);
          return source;
        }
      }),
    );
    if (fix) writeCellSources(notebook, formatted);
  }
  return { tool: "Prettier in cells", findings };
}

async function knip(): Promise<Report> {
  const { code, lines } = await runTool(bin("knip", "bin/knip.js"), [
    "--no-progress",
    "--treat-config-hints-as-errors",
  ]);
  return { tool: "Knip", findings: code === 0 ? [] : lines };
}

async function ruff(fix: boolean): Promise<Report> {
  const commands = await installPythonTools(PYTHON_TOOLS, path.join(__dirname, "requirements.txt"), "ruff");
  const ruff = [path.join(commands, "ruff")];
  const check = await runTool(ruff, ["check", "--quiet", "--output-format=concise", ...(fix ? ["--fix"] : [])]);
  const format = await runTool(ruff, ["format", "--quiet", ...(fix ? [] : ["--diff"])]);
  const misformatted = format.lines.flatMap((line) => /^--- (.+)/.exec(line)?.[1] ?? []);
  return {
    tool: "ruff",
    findings: [
      ...(check.code === 0 ? [] : check.lines),
      ...misformatted.map((file) => `${file}: is not formatted`),
      ...(format.code === 0 || misformatted.length > 0 ? [] : format.lines),
    ],
  };
}

/** The command that runs a tool from node_modules. */
function bin(name: string, script: string): string[] {
  return [process.execPath, path.join(ROOT, "node_modules", name, script)];
}

async function runTool([command, ...first]: string[], args: string[]): Promise<{ code: number; lines: string[] }> {
  const { code, output } = await run(command, [...first, ...args], { cwd: ROOT });
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  return { code, lines: lines.length > 0 || code === 0 ? lines : [`ended with exit code ${code}`] };
}
