/** What a look found. */
export interface Finding {
  /** well; better: works, but could be better; mend: does not work, or will not for long. */
  readonly state: 'well' | 'better' | 'mend';
  /** What was looked at: "Disk". */
  readonly subject: string;
  /** What was found, in a sentence. */
  readonly text: string;
  /** What to do; null where it is well. */
  readonly fix: string | null;
}

export function well(subject: string, text: string): Finding {
  return { state: 'well', subject, text, fix: null };
}

export function better(subject: string, text: string, fix: string): Finding {
  return { state: 'better', subject, text, fix };
}

export function mend(subject: string, text: string, fix: string): Finding {
  return { state: 'mend', subject, text, fix };
}
