import type { CellNames, NameKind } from "./names";

/*
 * Cells are modules of one program. The file of a cell is one line, the prefix, and its text:
 *
 *   export { total, add };import { scale } from "./__cell_2__";declare let rate: typeof import("./__cell_5__").rate;
 *   let total = 0
 *   function add(n: number) { total += n * scale * rate; return total }
 *
 * The prefix imports what the text uses of earlier cells, each name from the cell that declared it last. A variable
 * that may be assigned is declared with the same type instead, because imports can't be assigned. So types flow through
 * the checker and never become text.
 */

/** A cell that has run. */
export interface CellModule {
  /** The module's name in its folder, without an ending. */
  readonly name: string;
  /** Prefix and text. */
  readonly text: string;
  /** What the user wrote. */
  readonly source: string;
  /** What it is called in messages. */
  readonly label: string;
  readonly names: CellNames;
  readonly isTsx: boolean;
  /** The cells whose names it imports. */
  readonly imports: readonly CellModule[];
}

/** Lines before the text of a cell in its file. */
export const PREFIX_LINES = 1;

const MODULE_NAME = /^\.\/__cell_\d+__$/;
/** Commits between two searches for cells that nobody can see any more. */
const SWEEP_EVERY = 100;

/** The name of the module of the cell numbered `number`. */
export const moduleName = (number: number): string => `__cell_${number}__`;
/** Whether an import's specifier is of a cell. */
export const isCellModule = (specifier: string): boolean => MODULE_NAME.test(specifier);

/** The cells that have run, and which of them owns each name. */
export class Cells {
  private readonly owners = new Map<string, CellModule>();
  private readonly all = new Map<string, CellModule>();
  /** Cells that add to types of others: they count everywhere. */
  private augmenting: CellModule[] = [];
  /** Names that a cell was to declare which then failed, by what it is called. */
  private readonly unowned = new Map<string, string>();
  private commits = 0;

  /** The cell that declared `name` last. */
  owner(name: string): CellModule | undefined {
    return this.owners.get(name);
  }

  /** What `name` is, if a cell has declared it. */
  kind(name: string): NameKind | undefined {
    return this.owners.get(name)?.names.declared.get(name);
  }

  /** The names that cells have declared. */
  get names(): Iterable<string> {
    return this.owners.keys();
  }

  /** The cell that was to declare `name` and failed before. */
  failedOwner(name: string): string | undefined {
    return this.owners.has(name) ? undefined : this.unowned.get(name);
  }

  /** The cell of a module by its name. */
  module(name: string): CellModule | undefined {
    return this.all.get(name);
  }

  /**
   * The prefix of a cell with `names`.
   * @returns the text, without a line end, the cells that it imports, and the names that come from them
   */
  prefix(names: CellNames): { text: string; imports: CellModule[]; shared: string[] } {
    const fromCells = new Map<CellModule, string[]>(this.augmenting.map((cell) => [cell, []]));
    const variables: string[] = [];
    const shared: string[] = [];
    for (const name of names.used) {
      const owner = this.owners.get(name);
      if (!owner) continue;
      const kind = owner.names.declared.get(name);
      if (kind !== "type") shared.push(name);
      const imported = fromCells.get(owner) ?? [];
      fromCells.set(owner, imported);
      if (kind === "variable") variables.push(`declare let ${name}: typeof import("./${owner.name}").${name};`);
      else imported.push(name);
    }
    const exported = [...names.declared.keys()].filter((name) => !names.exported.has(name));
    const imports = [...fromCells].map(([{ name }, imported]) =>
      imported.length > 0
        ? `import { ${imported.join(", ")} } from "./${name}";`
        : this.isAugmenting(name)
          ? `import "./${name}";`
          : "",
    );
    return {
      text: `export { ${exported.join(", ")} };${imports.join("")}${variables.join("")}`,
      imports: [...fromCells.keys()],
      shared,
    };
  }

  /**
   * Takes in a cell that has run.
   * @param missing names that it was to declare and did not, because it failed before
   */
  add(cell: CellModule, missing: ReadonlySet<string>): void {
    for (const name of cell.names.declared.keys()) {
      if (missing.has(name)) {
        this.unowned.set(name, cell.label);
        continue;
      }
      this.owners.delete(name);
      this.owners.set(name, cell);
      this.unowned.delete(name);
    }
    if (cell.names.augments) this.augmenting.push(cell);
    this.all.set(cell.name, cell);
    if (++this.commits % SWEEP_EVERY === 0) this.sweep();
  }

  /** Notes that a cell which was to declare `names` did not run. */
  refuse({ declared }: CellNames, label: string): void {
    for (const name of declared.keys()) this.unowned.set(name, label);
  }

  private isAugmenting(name: string): boolean {
    return this.augmenting.some((cell) => cell.name === name);
  }

  /** Forgets the cells that own no name and that none of the others imports. */
  private sweep(): void {
    // A cell that was run again says the same once more.
    const latest = new Map(this.augmenting.map((cell) => [cell.source, cell]));
    this.augmenting = [...latest.values()];
    const reached = new Set<CellModule>();
    const waiting = [...this.owners.values(), ...this.augmenting];
    for (let cell = waiting.pop(); cell; cell = waiting.pop()) {
      if (reached.has(cell)) continue;
      reached.add(cell);
      waiting.push(...cell.imports);
    }
    for (const [name, cell] of this.all) if (!reached.has(cell)) this.all.delete(name);
  }
}
