/** Optimizers and learning rates, as in Keras. */
export { AdamW, type AdamWOptions } from "./adam-w";
export { getLearningRate, setLearningRate } from "./learning-rate";
export { Nadam } from "./nadam";
export type { AdamOptions } from "./options";
export { cosineDecay, oneCycle, type CosineDecayOptions, type OneCycleOptions, type Schedule } from "./schedules";
