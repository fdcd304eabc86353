import * as aq from "arquero";
import type { History } from "../history/history";
import { displayedHistory } from "../show/history-view";
import { append, readRuns, runsFile } from "./run-file";
import { makeRecord, type ParameterValue, type RunRecord, type Training } from "./run-record";

/** Which runs to choose. A run must match all that is given. */
export interface RunFilter {
  /** The ids that `runs()` shows. */
  readonly ids?: readonly string[];
  readonly name?: string;
  readonly tag?: string;
  /** Values of its parameters, for example `{ learningRate: 0.01 }`. */
  readonly parameters?: Readonly<Record<string, ParameterValue>>;
}

/**
 * Records a training that has just ended. `fit` does this by itself. A training isn't lost because its record can't be
 * written: that is only said.
 */
export function recordRun(training: Training): void {
  if (training.history.epoch.length === 0) return;
  try {
    append(makeRecord(training));
  } catch (error) {
    console.log(`fit: this run couldn't be recorded in ${runsFile()}: ${(error as Error).message}.`);
  }
}

/**
 * The trainings that `fit` has recorded, oldest first, with their histories.
 *
 * @param filter which of them; all by default
 * @see notebooks/15-experiments.ipynb
 * @example const last = runRecords({ tag: "learning rates" }).at(-1);
 */
export function runRecords(filter: RunFilter = {}): RunRecord[] {
  const { records, damagedLines } = readRuns();
  if (damagedLines.length > 0) {
    const lines = damagedLines.length === 1 ? `Line ${damagedLines[0]}` : `Lines ${damagedLines.join(", ")}`;
    console.log(`${lines} of ${runsFile()} can't be read and ${damagedLines.length === 1 ? "is" : "are"} left out.`);
  }
  return records.filter((record) => matches(record, filter));
}

/**
 * The trainings that `fit` has recorded as an arquero table, oldest first: name, tags, time, each parameter that any of
 * them has, and each metric after the last epoch. Where a run lacks a parameter or metric, the cell is `null`.
 *
 * @param filter which of them; all by default
 * @see notebooks/15-experiments.ipynb
 * @example await show(tableView(runs({ tag: "learning rates" }).select("name", "learningRate", "val_accuracy")));
 */
export function runs(filter: RunFilter = {}): aq.ColumnTable {
  const records = runRecords(filter);
  const keysOf = (pick: (record: RunRecord) => object): string[] => [
    ...new Set(records.flatMap((one) => Object.keys(pick(one)))),
  ];
  const column = <T>(pick: (record: RunRecord) => T): T[] => records.map(pick);
  const parameters = keysOf((record) => record.parameters).map(
    (key) => [key, column((record) => record.parameters[key] ?? null)] as const,
  );
  const metrics = keysOf((record) => record.history).map(
    (key) => [key, column((record) => record.history[key]?.at(-1) ?? null)] as const,
  );
  return aq.table({
    id: column((record) => record.id),
    name: column((record) => record.name),
    tags: column((record) => record.tags.join(", ")),
    started: column((record) => new Date(record.started)),
    seconds: column((record) => record.seconds),
    ...Object.fromEntries(parameters),
    ...Object.fromEntries(metrics),
  });
}

/**
 * The history of each run by a label, for `comparisonFigure` and `runsTable`. A label is the run's name, or its id; a
 * second run of the same name gets a number.
 *
 * @see notebooks/15-experiments.ipynb
 * @example await show(comparisonFigure(historiesOf(runRecords({ tag: "learning rates" }))));
 */
export function historiesOf(records: readonly RunRecord[]): Record<string, History<string>> {
  const histories: Record<string, History<string>> = {};
  for (const { id, name, history } of records) {
    const label = name === "" ? id : name;
    let unique = label;
    for (let number = 2; unique in histories; number++) unique = `${label} (${number})`;
    const series = Object.fromEntries(Object.entries(history).map(([metric, values]) => [metric, [...values]]));
    const epochs = Math.max(0, ...Object.values(history).map((values) => values.length));
    histories[unique] = displayedHistory({
      epoch: Array.from({ length: epochs }, (_, epoch) => epoch),
      history: series,
    });
  }
  return histories;
}

/**
 * Gives runs a name.
 *
 * @returns how many runs were changed
 * @throws if no run matches
 * @see notebooks/15-experiments.ipynb
 * @example nameRuns({ ids: [runRecords().at(-1)!.id] }, "with dropout");
 */
export function nameRuns(filter: RunFilter, name: string): number {
  return change(filter, "nameRuns", (record) => (record.name === name ? undefined : { name }));
}

/**
 * Adds tags to runs.
 *
 * @returns how many runs were changed
 * @throws if no run matches
 * @see notebooks/15-experiments.ipynb
 * @example tagRuns({ name: "with dropout" }, "regularisation");
 */
export function tagRuns(filter: RunFilter, ...tags: string[]): number {
  return change(filter, "tagRuns", (record) => {
    const all = [...new Set([...record.tags, ...tags])];
    return all.length === record.tags.length ? undefined : { tags: all };
  });
}

/**
 * Deletes runs from the records. Their lines stay in the file, marked as deleted.
 *
 * @param filter which runs; `{}` would be all of them
 * @returns how many runs were deleted; 0 if none matches
 * @see notebooks/15-experiments.ipynb
 * @example deleteRuns({ tag: "a mistake" });
 */
export function deleteRuns(filter: RunFilter): number {
  const ids = runRecords(filter).map(({ id }) => id);
  if (ids.length > 0) append({ change: ids, deleted: true });
  return ids.length;
}

function change(
  filter: RunFilter,
  caller: string,
  changeOf: (record: RunRecord) => { name?: string; tags?: string[] } | undefined,
): number {
  const records = runRecords(filter);
  if (records.length === 0)
    throw new Error(`${caller}: expected runs that match ${JSON.stringify(filter)}, found none. runs() lists them.`);
  let changed = 0;
  for (const record of records) {
    const what = changeOf(record);
    if (what === undefined) continue;
    append({ change: [record.id], ...what });
    changed++;
  }
  return changed;
}

function matches(record: RunRecord, { ids, name, tag, parameters = {} }: RunFilter): boolean {
  return (
    (ids === undefined || ids.includes(record.id)) &&
    (name === undefined || record.name === name) &&
    (tag === undefined || record.tags.includes(tag)) &&
    Object.entries(parameters).every(([key, value]) => record.parameters[key] === value)
  );
}
