/** Keras's callbacks, by Keras's names, with Keras's defaults. */
export { CSVLogger } from "./csv-logger";
export { EarlyStopping, type EarlyStoppingOptions } from "./early-stopping";
export { LearningRateScheduler } from "./learning-rate-scheduler";
export { ModelCheckpoint, type ModelCheckpointOptions } from "./model-checkpoint";
export type { MonitorOptions } from "./monitor";
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from "./reduce-lr-on-plateau";
export { TensorBoard } from "./tensor-board";
export { TerminateOnNaN } from "./terminate-on-nan";
