/** What was trained, with what, and how it went: every `fit` leaves a record. */
export { deleteRuns, historiesOf, nameRuns, runRecords, runs, tagRuns, type RunFilter } from "./runs";
export type { ParameterValue, RunLabel, RunRecord } from "./run-record";
