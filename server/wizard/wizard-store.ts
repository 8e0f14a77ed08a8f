/** Set-ups that are under way, kept on the server: whoever opens the address goes on where it was left. */
import { randomUUID } from 'node:crypto';
import type { Db } from 'mongodb';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import type { ClientId, PipelineId } from '#runtime/ids.ts';

export const WIZARD_STEPS = ['connect', 'match', 'rules', 'check'] as const;
export type WizardStep = (typeof WIZARD_STEPS)[number];

export interface WizardDocument {
  readonly _id: string;
  readonly clientId: ClientId;
  readonly template: string;
  /** As they were typed: they need not be right yet. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly step: WizardStep;
  /** `undone`: it was on, and was taken back. */
  readonly state: 'open' | 'on' | 'undone';
  /** The flow that it was switched on as. */
  readonly pipelineId: PipelineId | null;
  readonly by: string;
  readonly createdAt: Date;
  readonly changedAt: Date;
}

/** Open ones that nobody went on with are not offered any longer. */
const OFFERED_DAYS = 14;
const OFFERED_MAX = 5;
const DAY_MS = 86_400_000;
const ID_CHARACTERS = 12;

/** The set-ups of one client. */
export class Wizards {
  readonly #wizards: ClientCollection<WizardDocument>;
  readonly #clientId: ClientId;

  constructor(db: Db, clientId: ClientId) {
    this.#wizards = new ClientCollection(db, 'wizards', clientId);
    this.#clientId = clientId;
  }

  async begin(template: string, by: string): Promise<WizardDocument> {
    const now = new Date();
    const wizard: WizardDocument = {
      _id: randomUUID().replaceAll('-', '').slice(0, ID_CHARACTERS),
      clientId: this.#clientId,
      template,
      parameters: {},
      step: 'connect',
      state: 'open',
      pipelineId: null,
      by,
      createdAt: now,
      changedAt: now,
    };
    await this.#wizards.insertIfAbsent(wizard);
    return wizard;
  }

  /** null: there is none with this id. */
  async of(id: string): Promise<WizardDocument | null> {
    return await this.#wizards.findOne({ _id: id });
  }

  /** Those that wait to be gone on with, the last one first. */
  async open(): Promise<WizardDocument[]> {
    const since = new Date(Date.now() - OFFERED_DAYS * DAY_MS);
    return await this.#wizards
      .find({ state: 'open', changedAt: { $gte: since } })
      .sort({ changedAt: -1 })
      .limit(OFFERED_MAX)
      .toArray();
  }

  /** @returns it as it is then; null when it is not in one of these states (any more). */
  async change(
    id: string,
    from: readonly WizardDocument['state'][],
    fields: Partial<Pick<WizardDocument, 'parameters' | 'step' | 'state' | 'pipelineId'>>,
  ): Promise<WizardDocument | null> {
    return await this.#wizards.findOneAndUpdate(
      { _id: id, state: { $in: [...from] } },
      { $set: { ...fields, changedAt: new Date() } },
      { returnDocument: 'after' },
    );
  }

  /** Takes an open one away. @returns false when there is none such. */
  async drop(id: string): Promise<boolean> {
    return await this.#wizards.deleteOne({ _id: id, state: 'open' });
  }
}
