import path from "node:path";
import ts from "typescript";
import { runtimeLibs } from "./runtime-libs";

/** What a cell is compiled with whatever a tsconfig.json says, because of how it is run. */
const FIXED: ts.CompilerOptions = {
  module: ts.ModuleKind.Preserve,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  esModuleInterop: true,
  allowSyntheticDefaultImports: true,
  resolveJsonModule: true,
  allowImportingTsExtensions: true,
  allowJs: true,
  checkJs: false,
  skipLibCheck: true,
  sourceMap: true,
  inlineSources: false,
  inlineSourceMap: false,
  removeComments: false,
  noEmit: false,
  noEmitOnError: false,
  importHelpers: false,
  noEmitHelpers: false,
  isolatedModules: false,
  verbatimModuleSyntax: false,
  erasableSyntaxOnly: false,
  incremental: false,
  composite: false,
  declaration: false,
  declarationMap: false,
  emitDeclarationOnly: false,
};

/** Rules of style and of strictness beyond `strict`: a tutorial's code need not follow a project's. */
const NOT_STRICTER = [
  "allowUnreachableCode",
  "allowUnusedLabels",
  "exactOptionalPropertyTypes",
  "noFallthroughCasesInSwitch",
  "noImplicitOverride",
  "noImplicitReturns",
  "noPropertyAccessFromIndexSignature",
  "noUncheckedIndexedAccess",
  "noUnusedLocals",
  "noUnusedParameters",
] as const;

/** What makes no sense for cells: where a project's files lie, and where its output goes. */
const OF_PROJECTS = [
  "rootDir",
  "outDir",
  "outFile",
  "declarationDir",
  "tsBuildInfoFile",
  "isolatedDeclarations",
  "libReplacement",
  "customConditions",
] as const;

const OLDEST_TARGET = ts.ScriptTarget.ES2022; // Top-level await, class fields.
const NEWEST_TARGET = ts.ScriptTarget.ES2024; // Beyond it, `using` and decorators would be left to Node.

/** A compiler's configuration for the cells of one folder. */
export interface CellConfiguration {
  readonly options: ts.CompilerOptions;
  /** The tsconfig.json that was read. */
  readonly file?: string;
}

/**
 * The compiler options of cells in `folder`.
 *
 * A tsconfig.json in the folder is obeyed: `lib`, `types`, `paths`, `jsx`, decorators. So is one further up, except
 * that its `lib` is for a project's sources: cells may also use everything that this Node has. By default cells are
 * strict and see Node's types.
 */
export function cellConfiguration(folder: string): CellConfiguration {
  const file = ts.findConfigFile(folder, ts.sys.fileExists);
  const own = file === undefined ? {} : readOptions(file);
  for (const name of [...NOT_STRICTER, ...OF_PROJECTS]) delete own[name];
  const target = Math.min(Math.max(own.target ?? NEWEST_TARGET, OLDEST_TARGET), NEWEST_TARGET) as ts.ScriptTarget;
  const runtime = runtimeLibs().map((name) => `lib.${name}.d.ts`);
  const beside = file !== undefined && path.dirname(path.resolve(file)) === path.resolve(folder);
  const lib = own.lib === undefined ? runtime : beside ? own.lib : [...new Set([...own.lib, ...runtime])];
  return {
    options: { strict: true, types: ["node"], jsx: ts.JsxEmit.React, ...own, ...FIXED, target, lib },
    file,
  };
}

function readOptions(file: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(file, ts.sys.readFile) as { config?: object };
  // `extends` is followed; the project's files are of no interest.
  const host: ts.ParseConfigHost = {
    ...ts.sys,
    useCaseSensitiveFileNames: ts.sys.useCaseSensitiveFileNames,
    readDirectory: () => [],
  };
  return ts.parseJsonConfigFileContent(config ?? {}, host, path.dirname(file), undefined, file).options;
}
