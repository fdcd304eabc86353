export interface Step {
  /** Says how far the step has come, such as "45 %". */
  note(text: string): void;
}

/**
 * Does a piece of work and shows its progress on standard error, if it takes longer than two seconds: on a terminal one
 * line that is written over and over, elsewhere plain lines. Steps may run at the same time.
 */
export function step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
