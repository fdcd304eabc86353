export interface Step {
  /** Shows how far the step has come, for example "45 %". */
  readonly note: (text: string) => void;
}

/**
 * Runs `work` and shows its progress on standard error if it takes longer than two seconds: on a terminal in one line
 * that is rewritten, elsewhere in plain lines. Several steps may run at the same time.
 */
export function step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
