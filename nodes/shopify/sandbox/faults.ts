/** Misbehaviour that was asked for; figures count down. */
import type { SandboxFaults } from '../../kit/sandbox.ts';

export interface Faults {
  /** Replaces all faults: what is not named is off. */
  set(faults: SandboxFaults): void;
  /** The status to answer the present API call with, or null to serve it. */
  nextFailure(): number | null;
  /** true: the present write is done, and its answer lost. */
  losesAnswer(): boolean;
  webhookCopies(): number;
  webhookDelayMs(): number;
}

export function openFaults(): Faults {
  let current: SandboxFaults = {};
  let failures = 0;
  let losses = 0;
  return {
    set: (faults) => {
      current = faults;
      failures = faults.failNext?.count ?? 0;
      losses = faults.loseNextAnswers ?? 0;
    },
    nextFailure: () => {
      if (failures === 0) return null;
      failures--;
      return current.failNext?.status ?? null;
    },
    losesAnswer: () => {
      if (losses === 0) return false;
      losses--;
      return true;
    },
    webhookCopies: () => (current.duplicateWebhooks ? 2 : 1),
    webhookDelayMs: () => current.webhookDelayMs ?? 0,
  };
}
