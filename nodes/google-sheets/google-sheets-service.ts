/** Google Sheets as a service: one connection for each spreadsheet. */
import { setTimeout as wait } from 'node:timers/promises';
import { batchCalls } from '#runtime/batch-calls.ts';
import type { Service } from '#runtime/clients/service.ts';
import { Rejected } from '#runtime/errors.ts';
import { defineOutsideEffect, type FarSide, type OutsideCall } from '#runtime/outbox/outside-effect.ts';
import { byConsent } from './by-consent.ts';
import { readSpreadsheet, SHEETS_API } from './client.ts';
import { SheetsForm, SheetsSecret, secretOf } from './secret.ts';
import { SheetRow } from './sheet-table.ts';
import { writeRows } from './write-rows.ts';

const TYPE = 'google-sheets';
/** The effect that writes rows. */
export const SHEET_EFFECT = 'sheet-row';
const ROWS_TOGETHER_MAX = 500;
/** Messages under way at once: they are written together. */
const SIDE_BY_SIDE = 30;
/** Google allows 60 reads and 60 writes a minute for each account; rows cost two or three reads and a write, however many they are. */
const PACE_MS = 1_050;
const READS_MAX = 3;
const WRITERS_MAX = 1_000;

type Call = OutsideCall<SheetRow>;

/** One for each sheet: rows that come while it writes are written together afterwards. */
const writers = new Map<string, (call: Call) => Promise<void>>();

function writerOf({ far: { connectionId, baseUrl }, payload: { table, tab } }: Call) {
  const name = JSON.stringify([connectionId, baseUrl, table, tab]);
  const known = writers.get(name);
  if (known) return known;
  if (writers.size >= WRITERS_MAX) writers.clear();
  let nextMs = 0;
  const writer = batchCalls<Call, void>(
    async (calls) => {
      const [{ far, observe, signal }] = calls as [Call];
      await wait(Math.max(0, nextMs - Date.now()));
      const startedMs = Date.now();
      const pace = (reads: number) => {
        nextMs = startedMs + (baseUrl === SHEETS_API ? reads * PACE_MS : 0);
      };
      // It may fail after any of them.
      pace(READS_MAX);
      const reads = await writeRows(
        { far, observe, signal },
        table,
        tab,
        calls.map(({ payload }) => payload),
      );
      pace(reads);
      return calls.map(() => undefined);
    },
    ROWS_TOGETHER_MAX,
    1,
  );
  writers.set(name, writer);
  return writer;
}

const sheetRow = defineOutsideEffect<SheetRow>({
  type: SHEET_EFFECT,
  title: 'Row of a sheet',
  payload: SheetRow,
  // Rows are found by their key, and an older revision never overwrites a newer one.
  deduplicates: true,
  write: async (call) => {
    if (call.far.type !== TYPE) {
      throw new Rejected(`A connection of the kind "${call.far.type}" has no sheets.`, {
        code: 'far-side.unable',
        fix: 'Choose a connection to Google Sheets in the node.',
        concerns: 'call',
      });
    }
    await writerOf(call)(call);
    return { receipt: null };
  },
});

export const googleSheets: Service = {
  type: TYPE,
  title: 'Google Sheets',
  secret: SheetsSecret,
  effects: [sheetRow],
  sideBySide: SIDE_BY_SIDE,
  connect: [
    {
      id: 'service-account',
      kind: 'keys',
      title: 'Service account',
      help: 'A service account of your own Google Cloud project writes to one spreadsheet that you share with it. Nothing is written when you connect.',
      form: SheetsForm,
      connect: async ({ input, sandboxUrl }) => {
        const secret = secretOf(input);
        const baseUrl = sandboxUrl ?? SHEETS_API;
        const { properties } = await readSpreadsheet({ far: { baseUrl, secret } });
        return { baseUrl, secret, name: `Sheet: ${properties?.title ?? secret.spreadsheetId}` };
      },
    },
    byConsent,
  ],
  check: async (far: FarSide, observe) => {
    await readSpreadsheet({ far, ...(observe && { observe }) });
    return [];
  },
};
