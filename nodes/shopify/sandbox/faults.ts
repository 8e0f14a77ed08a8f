/** Misbehaviour that was asked for; figures count down. */
import type { SandboxCalls, SandboxFaults } from '../../kit/sandbox.ts';

export interface Failure {
  readonly status: number;
  /** Seconds in the header Retry-After. */
  readonly retryAfter?: string;
}

export interface Faults {
  /** Replaces all faults: what is not named is off. */
  set(faults: SandboxFaults): void;
  /** How to fail the present API call, or null to serve it. */
  nextFailure(): Failure | null;
  /** true: the present write is done, and its answer lost. */
  losesAnswer(): boolean;
  webhookCopies(): number;
  webhookDelayMs(): number;
  dropsWebhooks(): boolean;
  keysRevoked(): boolean;
  /** How calls were answered since the faults were last set. */
  calls(): SandboxCalls;
}

const SECOND_MS = 1_000;
const LIMIT_WAIT_SECONDS = 1;

export function openFaults(): Faults {
  let current: SandboxFaults = {};
  let failures = 0;
  let losses = 0;
  let calls = { answered: 0, refused: 0, tooEarly: 0 };
  let letIn: number[] = [];
  let waitUntilMs = 0;

  const isTooMany = (): boolean => {
    const most = current.callsPerSecondMax;
    if (most === undefined) return false;
    const now = performance.now();
    letIn = letIn.filter((ms) => ms > now - SECOND_MS);
    if (now < waitUntilMs) calls.tooEarly++;
    else if (letIn.length < most) {
      letIn.push(now);
      return false;
    } else waitUntilMs = now + LIMIT_WAIT_SECONDS * SECOND_MS;
    calls.refused++;
    return true;
  };

  return {
    set: (faults) => {
      current = faults;
      failures = faults.failNext?.count ?? 0;
      losses = faults.loseNextAnswers ?? 0;
      calls = { answered: 0, refused: 0, tooEarly: 0 };
      letIn = [];
      waitUntilMs = 0;
    },
    nextFailure: () => {
      if (current.away) return { status: 503 };
      if (failures > 0 && current.failNext) {
        failures--;
        const { status } = current.failNext;
        return status === 429 ? { status, retryAfter: '2.0' } : { status };
      }
      if (isTooMany()) return { status: 429, retryAfter: LIMIT_WAIT_SECONDS.toFixed(1) };
      calls.answered++;
      return null;
    },
    losesAnswer: () => {
      if (losses === 0) return false;
      losses--;
      return true;
    },
    webhookCopies: () => (current.duplicateWebhooks ? 2 : 1),
    webhookDelayMs: () => current.webhookDelayMs ?? 0,
    dropsWebhooks: () => current.dropWebhooks ?? false,
    keysRevoked: () => current.keysRevoked ?? false,
    calls: () => calls,
  };
}
