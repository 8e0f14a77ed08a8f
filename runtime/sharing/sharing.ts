/**
 * How a client's stock is shared, as one process sees it: the rules, and what is measured for computed buffers. Asked
 * for every listing of every change, so it answers from memory; `refresh` finds out whether the rules have changed.
 */
import type { Db } from 'mongodb';
import { ClientCollection } from '../database/client-collection.ts';
import type { ClientId, ConnectionId, Sku } from '../ids.ts';
import { KitBook } from '../kits/with-kits.ts';
import type { StockLevel } from '../stock/stock-level.ts';
import { type ComputedBuffer, computedBuffer, poissonQuantile } from './computed-buffer.ts';
import { type Decision, decide, quotaOf } from './decision.ts';
import { LagWindow } from './lag-window.ts';
import { plainRules, type SharingDocument, sharingRulesOf } from './rules-store.ts';
import { SalesRates } from './sales-rates.ts';
import { ruleFor, type SharingRule } from './sharing-rule.ts';

export interface ListingToDecide {
  readonly level: StockLevel;
  readonly connectionId: ConnectionId;
  readonly flowBuffer: number;
  readonly shownByAnother: boolean;
}

/** Lags that stand for what was not measured yet: news from a shop, and a quantity to it. */
const NEWS_LAG_MS_ASSUMED = 2_000;
const PUSH_LAG_MS_ASSUMED = 3_000;
const UNHEARD_CERTAINTY = 0.95;

/** More than a handful within minutes: a rate forgets half in five minutes, so one sale alone is 0.0023. */
const RUSH_PER_SECOND = 0.01;

export class Sharing {
  readonly #db: Db;
  readonly #clientId: ClientId;
  #rules: SharingDocument;
  #exceptions: ReadonlyMap<Sku, SharingRule> = new Map();
  #kits = new KitBook([]);
  readonly #rates = new SalesRates();
  /** A flow asked what is sold: of no product's rule is that to be seen. */
  #measuresAll = false;
  readonly #news = new Map<ConnectionId, LagWindow>();
  readonly #pushes = new Map<ConnectionId, LagWindow>();
  readonly #touched = new Set<Sku>();
  readonly #takingBack = new Map<Sku, Readonly<Record<string, number>>>();
  /** Computed buffers above 0 that listings were decided by. */
  readonly #decided = new Map<
    string,
    { readonly sku: Sku; readonly connectionId: ConnectionId; readonly units: number }
  >();

  /** Knows the plain rules only until it is refreshed. */
  constructor(db: Db, clientId: ClientId) {
    this.#db = db;
    this.#clientId = clientId;
    this.#rules = plainRules(clientId);
  }

  /** With the rules as they are now. */
  static async open(db: Db, clientId: ClientId): Promise<Sharing> {
    const sharing = new Sharing(db, clientId);
    await sharing.refresh();
    return sharing;
  }

  /** Grows with every change of the rules: a listing that was decided by an older one is decided again. */
  get revision(): number {
    return this.#rules.revision;
  }

  /** Looks whether the rules were changed. @returns true when they were: every listing has to be decided again. */
  async refresh(): Promise<boolean> {
    const heads = new ClientCollection<SharingDocument>(this.#db, 'sharing', this.#clientId);
    const head = await heads.findOne({ _id: this.#clientId }, { projection: { revision: 1 } });
    if ((head?.revision ?? 0) === this.#rules.revision) return false;
    this.#rules = await sharingRulesOf(this.#db, this.#clientId);
    this.#exceptions = exceptionsOf(this.#rules);
    this.#kits = new KitBook(this.#rules.kits);
    return true;
  }

  get kits(): KitBook {
    return this.#kits;
  }

  ruleOf(sku: Sku): SharingRule {
    return this.#exceptions.get(sku) ?? this.#rules.usual;
  }

  /** What a listing shall show, and why. */
  decide({ level, connectionId, flowBuffer, shownByAnother }: ListingToDecide): Decision {
    const { sku, available } = level;
    const computed = this.computedBufferOf(sku, connectionId);
    if (computed) this.#remember(sku, connectionId, computed.units);
    return decide({
      rule: this.ruleOf(sku),
      connectionId,
      available,
      flowBuffer,
      computed,
      quota: quotaOf(level, connectionId),
      takingBack: this.takingBack(sku)[connectionId] ?? null,
      shownByAnother,
    });
  }

  /** The computed buffer of a product on a channel now; null where its rule has none. */
  computedBufferOf(sku: Sku, connectionId: ConnectionId): ComputedBuffer | null {
    const { buffer } = this.ruleOf(sku);
    if (buffer.kind !== 'computed') return null;
    const nowMs = Date.now();
    const measured = {
      soldElsewherePerSecond: this.#rates.elsewherePerSecond(sku, connectionId, nowMs),
      lagMs: this.#lagMs(connectionId, buffer.certainty, nowMs),
    };
    return computedBuffer(measured, buffer.certainty, buffer.unitsMax);
  }

  /** Products whose computed buffers are no longer those that were decided by. Each is told once. */
  changedBuffers(): Sku[] {
    const changed = new Set<Sku>();
    for (const [key, { sku, connectionId, units }] of this.#decided) {
      if (this.computedBufferOf(sku, connectionId)?.units === units) continue;
      changed.add(sku);
      this.#decided.delete(key);
    }
    return [...changed];
  }

  /** A level went by: how fast each channel sells the product is measured from it, where a rule needs it. */
  saw({ sku, taken, quotas }: StockLevel): void {
    const { buffer, mode } = this.ruleOf(sku);
    if (mode === 'quota' || quotas) this.#touched.add(sku);
    if (this.#measuresAll || buffer.kind === 'computed' || mode === 'quota')
      this.#rates.saw(sku, taken, Date.now());
  }

  /** Whether any product has, or may have, parts of channels. */
  get usesParts(): boolean {
    return [this.#rules.usual, ...this.#exceptions.values()].some(({ mode }) => mode === 'quota');
  }

  /** Products whose parts have to be looked after; each is given once. */
  takeTouched(most: number): Sku[] {
    const skus = [...this.#touched].slice(0, most);
    for (const sku of skus) this.#touched.delete(sku);
    return skus;
  }

  /** The parts of this product have to be looked after again. */
  touch(sku: Sku): void {
    this.#touched.add(sku);
  }

  /** What channels shall show until it is certain that they do, by connection: their parts are being taken back. */
  takingBack(sku: Sku): Readonly<Record<string, number>> {
    return this.#takingBack.get(sku) ?? {};
  }

  /** @returns whether that is another wish than before. */
  takeBack(sku: Sku, wanted: Readonly<Record<string, number>>): boolean {
    const before = this.takingBack(sku);
    if (Object.keys(wanted).length === 0) this.#takingBack.delete(sku);
    else this.#takingBack.set(sku, wanted);
    const names = new Set([...Object.keys(before), ...Object.keys(wanted)]);
    return [...names].some((name) => before[name] !== wanted[name]);
  }

  /** An event of the channel reached us so long after what it tells of. */
  heard(connectionId: ConnectionId, lagMs: number): void {
    windowOf(this.#news, connectionId).add(lagMs);
  }

  /** A channel confirmed a quantity so long after its cause had reached us. */
  confirmed(connectionId: ConnectionId, lagMs: number): void {
    windowOf(this.#pushes, connectionId).add(lagMs);
  }

  /** Units a second that the channel sells of the product, as far as it was measured. */
  soldPerSecond(sku: Sku, connectionId: ConnectionId): number {
    return this.#rates.perSecond(sku, connectionId, Date.now());
  }

  /**
   * Units that the channels have likely sold and not told of yet: at most so many in nineteen of twenty cases. Nothing is known
   * before it was asked for once: from then on every product's sales are measured.
   */
  soldUnheard(sku: Sku): number {
    this.#measuresAll = true;
    const nowMs = Date.now();
    let mean = 0;
    for (const [connectionId, perSecond] of this.#rates.all(sku, nowMs)) {
      const lagMs = this.#news.get(connectionId)?.quantile(UNHEARD_CERTAINTY, nowMs) ?? NEWS_LAG_MS_ASSUMED;
      mean += perSecond * (lagMs / 1_000);
    }
    return poissonQuantile(mean, UNHEARD_CERTAINTY);
  }

  /** The product is sold in parts, and the channel sells its part so fast that a write may cross a sale. */
  inRush(sku: Sku, connectionId: ConnectionId): boolean {
    return this.ruleOf(sku).mode === 'quota' && this.soldPerSecond(sku, connectionId) >= RUSH_PER_SECOND;
  }

  /** What is 0 and stays so needs no second look: most products of a shop sell nothing for hours. */
  #remember(sku: Sku, connectionId: ConnectionId, units: number): void {
    const key = `${connectionId}/${sku}`;
    if (units === 0) this.#decided.delete(key);
    else this.#decided.set(key, { sku, connectionId, units });
  }

  /** News from the slowest of the other channels to us, and from us to this one. */
  #lagMs(connectionId: ConnectionId, certainty: number, nowMs: number): number {
    const others = [...this.#news].filter(([id]) => id !== connectionId);
    const news = others.map(([, lags]) => lags.quantile(certainty, nowMs) ?? NEWS_LAG_MS_ASSUMED);
    const push = this.#pushes.get(connectionId)?.quantile(certainty, nowMs) ?? PUSH_LAG_MS_ASSUMED;
    return Math.max(...(news.length > 0 ? news : [NEWS_LAG_MS_ASSUMED])) + push;
  }
}

function exceptionsOf(rules: SharingDocument): Map<Sku, SharingRule> {
  return new Map(rules.exceptions.map(({ sku, rule }) => [sku, ruleFor(rules, rule)]));
}

function windowOf(windows: Map<ConnectionId, LagWindow>, connectionId: ConnectionId): LagWindow {
  const window = windows.get(connectionId) ?? new LagWindow();
  windows.set(connectionId, window);
  return window;
}
