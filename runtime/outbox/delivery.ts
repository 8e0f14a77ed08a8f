/** One message on its way: called once it is its turn, written down before and after, looked for when in doubt. */
import type { UpdateFilter } from 'mongodb';
import type { ClientCollection } from '../database/client-collection.ts';
import { codeOf, InDoubt, Rejected, Retryable, verdictOf } from '../errors.ts';
import { nextDelayMs, type RetryPolicy } from '../events/retry-policy.ts';
import type { ConnectionId } from '../ids.ts';
import type { ConnectionGate } from '../limits/connection-gate.ts';
import type { OutboxCall, OutboxDocument, OutboxState } from './outbox-document.ts';
import type { FarSide, OutsideCall, OutsideEffect, OutsideEffects } from './outside-effect.ts';

export interface DeliveryOptions {
  readonly effects: OutsideEffects;
  readonly farOf: (connectionId: ConnectionId) => FarSide | undefined;
  readonly gateOf: (connectionId: ConnectionId) => ConnectionGate | undefined;
  readonly moved: (message: OutboxDocument, state: OutboxState) => void;
  readonly retry: RetryPolicy;
}

type Fields = NonNullable<UpdateFilter<OutboxDocument>['$set']>;
/** Looks that could not tell, after which a person is asked: about an hour. */
const LOOKS_MAX = 6;
const LOOK_MS_FIRST = 5_000;
const LOOK_MS_MAX = 30 * 60_000;
/** Calls that are kept of each message. */
const CALLS_MAX = 20;

export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #outbox: ClientCollection<OutboxDocument>;
  readonly #signal: AbortSignal;

  constructor(options: DeliveryOptions, outbox: ClientCollection<OutboxDocument>, signal: AbortSignal) {
    this.#options = options;
    this.#outbox = outbox;
    this.#signal = signal;
  }

  /** Sees a leased message one step further. @throws what the database throws. */
  async see(leased: OutboxDocument): Promise<void> {
    const calls: OutboxCall[] = [...(leased.calls ?? [])];
    const message = { ...leased, calls };
    const effect = this.#options.effects.get(message.effect);
    const far = this.#options.farOf(message.connectionId);
    const gate = this.#options.gateOf(message.connectionId);
    if (!effect) return await this.#bury(message, unknownEffect(message.effect));
    if (!far || !gate) return await this.#bury(message, connectionGone());
    const payload = effect.payload.safeParse(message.payload);
    if (!payload.success) return await this.#bury(message, unreadable(payload.error.message));
    const call: OutsideCall = {
      payload: payload.data,
      key: message.providerKey,
      queuedAt: message.queuedAt,
      far,
      observe: (made) => {
        const { ms, status, answer = '' } = made;
        calls.push({ at: new Date(), ms: Math.round(ms), status, answer: answer || null });
        gate.observe(made);
      },
      signal: this.#signal,
    };
    if (message.state === 'in-doubt') await this.#resolve(message, effect, gate, call);
    else await this.#send(message, effect, gate, call);
  }

  async #send(
    message: OutboxDocument,
    effect: OutsideEffect,
    gate: ConnectionGate,
    call: OutsideCall,
  ): Promise<void> {
    let begun = false;
    try {
      const receipt = await gate.run(effect.lane ?? 'messages', effect.type, async () => {
        // On disk before the call goes out: after a crash we know that it may have happened.
        begun = await this.#write(message, { state: 'sending', calledAt: new Date() }, { tries: 1 });
        if (!begun) return null;
        if (message.step === 'write') return (await effect.write(call)).receipt;
        await effect.compensate?.(call);
        return null;
      });
      // Somebody else has the message now: our lease ran out before we came to it.
      if (!begun) return;
      await this.#end(message, message.step === 'write' ? 'sent' : 'undone', { receipt, knownBy: 'answer' });
    } catch (error) {
      if (begun) await this.#failed(message, effect, error);
      else await this.#later(message, error);
    }
  }

  /** The door was closed, or the message could not be begun: it waits, and this was no try. */
  async #later(message: OutboxDocument, error: unknown): Promise<void> {
    const afterMs = error instanceof Retryable ? (error.afterMs ?? 0) : LOOK_MS_FIRST;
    const notBefore = new Date(Date.now() + afterMs);
    await this.#write(message, { state: message.state, lease: null, notBefore, failure: failureOf(error) });
  }

  async #failed(message: OutboxDocument, effect: OutsideEffect, error: unknown): Promise<void> {
    const verdict = verdictOf(error);
    if (verdict instanceof Rejected) return await this.#bury(message, verdict);
    // A bug may have struck before or after the call went out: what is not known to be undone is in doubt.
    if (!verdict && message.step === 'write') return await this.#doubt(message, effect, error);
    const tries = message.tries + 1;
    const delayMs = nextDelayMs(error, tries, this.#options.retry, Math.random());
    if (delayMs === null) return await this.#bury(message, error);
    const notBefore = new Date(Date.now() + delayMs);
    await this.#move(message, 'queued', { notBefore, failure: failureOf(error) });
  }

  async #doubt(message: OutboxDocument, effect: OutsideEffect, error: unknown): Promise<void> {
    const now = Date.now();
    const reason = error instanceof Error ? error.message : String(error);
    const delayMs = effect.deduplicates
      ? (nextDelayMs(error, message.tries + 1, this.#options.retry, Math.random()) ?? LOOK_MS_MAX)
      : (effect.settleMs ?? 0);
    await this.#move(message, 'in-doubt', {
      notBefore: new Date(now + delayMs),
      failure: error instanceof InDoubt ? message.failure : failureOf(error),
      doubt: { reason, since: new Date(now), looks: 0, needsPerson: false },
    });
  }

  /** Finds out whether a call that was cut off has happened; never does it again blindly. */
  async #resolve(
    message: OutboxDocument,
    effect: OutsideEffect,
    gate: ConnectionGate,
    call: OutsideCall,
  ): Promise<void> {
    if (message.step === 'compensate' || effect.deduplicates) return await this.#again(message, effect);
    const { probe } = effect;
    if (!probe) {
      if (message.whenInDoubt === 'again') return await this.#again(message, effect);
      return await this.#ask(message);
    }
    try {
      const seen = await gate.run(effect.lane ?? 'messages', `${effect.type} look`, () => probe(call));
      if (seen === 'done') return await this.#end(message, 'sent', { knownBy: 'look' });
      if (seen === 'not-done') return await this.#notDone(message);
      if (message.whenInDoubt === 'again') return await this.#again(message, effect);
      await this.#lookAgain(message);
    } catch (error) {
      if (error instanceof Rejected) await this.#ask(message);
      else await this.#later(message, error);
    }
  }

  /** It surely did not happen: as good as a failure that may pass. */
  async #notDone(message: OutboxDocument): Promise<void> {
    const error = new Retryable(message.doubt?.reason ?? 'No answer came.', { code: 'far-side.unreachable' });
    const delayMs = nextDelayMs(error, message.tries, this.#options.retry, Math.random());
    if (delayMs === null) return await this.#bury(message, error);
    await this.#move(message, 'queued', { doubt: null, notBefore: new Date(Date.now() + delayMs) });
  }

  async #again(message: OutboxDocument, effect: OutsideEffect): Promise<void> {
    if (message.tries >= this.#options.retry.triesMax) {
      const reason = message.doubt?.reason ?? 'No answer came.';
      const fix = `Ask the far side whether it got "${message.subject}" (${message.providerKey}), then decide here.`;
      return await this.#bury(
        message,
        new Rejected(`${reason} ${message.tries} tries had no answer.`, { fix }),
      );
    }
    // A far side that knows the key does nothing twice; what is taken back twice is taken back once.
    const repeats = message.step === 'write' && !effect.deduplicates ? 1 : 0;
    await this.#write(message, { state: 'queued', lease: null, doubt: null, notBefore: null }, { repeats });
    this.#options.moved(message, 'queued');
  }

  async #lookAgain(message: OutboxDocument): Promise<void> {
    const looks = (message.doubt?.looks ?? 0) + 1;
    if (looks >= LOOKS_MAX) return await this.#ask(message);
    const delayMs = Math.min(LOOK_MS_FIRST * 4 ** (looks - 1), LOOK_MS_MAX);
    const notBefore = new Date(Date.now() + delayMs);
    await this.#write(message, { lease: null, notBefore, 'doubt.looks': looks });
  }

  async #ask(message: OutboxDocument): Promise<void> {
    await this.#move(message, 'in-doubt', { 'doubt.needsPerson': true });
  }

  async #bury(message: OutboxDocument, error: unknown): Promise<void> {
    const failure = failureOf(error);
    await this.#move({ ...message, failure }, 'dead', { failure, doubt: null });
  }

  async #end(message: OutboxDocument, state: 'sent' | 'undone', fields: Fields): Promise<void> {
    await this.#move(message, state, { ...fields, endedAt: new Date(), doubt: null, failure: null });
  }

  async #move(message: OutboxDocument, state: OutboxState, fields: Fields): Promise<void> {
    const calls = message.calls?.slice(-CALLS_MAX) ?? [];
    if (await this.#write(message, { ...fields, calls, state, lease: null }))
      this.#options.moved(message, state);
  }

  /** Writes to the message while it is still ours. */
  async #write(
    { _id, lease }: OutboxDocument,
    fields: Fields,
    counts: { readonly tries?: number; readonly repeats?: number } = {},
  ): Promise<boolean> {
    const $inc = { tries: counts.tries ?? 0, repeats: counts.repeats ?? 0 };
    const written = await this.#outbox.updateOne(
      { _id, 'lease.claim': lease?.claim ?? '' },
      { $set: fields, $inc },
    );
    return written.matchedCount === 1;
  }
}

function failureOf(error: unknown): OutboxDocument['failure'] {
  const verdict = verdictOf(error);
  const reason = error instanceof Error ? error.message : String(error);
  const fix = verdict instanceof Rejected ? verdict.fix : null;
  return { code: codeOf(error), reason, fix, at: new Date() };
}

function unknownEffect(type: string): Rejected {
  return new Rejected(`This SyncFlow does not know how to do "${type}".`, {
    code: 'effect.unknown',
    fix: 'Update SyncFlow, or install the package that brings it, then send again.',
  });
}

function connectionGone(): Rejected {
  return new Rejected('The connection that this was meant for no longer exists.', {
    code: 'connection.gone',
    fix: 'Connect it again and send again, or drop this message.',
  });
}

function unreadable(reason: string): Rejected {
  return new Rejected(`What was to be sent does not have the right form: ${reason}`, {
    code: 'message.unreadable',
    fix: 'Drop this message, and look at the node that made it.',
  });
}
