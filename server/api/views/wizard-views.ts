/** The shapes of what the API says of set-ups; part of views.ts. */
import { z } from 'zod';
import { byName, list, moment, part, view } from '../view.ts';

const WizardStepView = z.enum(['connect', 'match', 'rules', 'check']);
export type WizardStepView = z.infer<typeof WizardStepView>;

export const TemplateOfferView = view('TemplateOffer', {
  id: z.string(),
  title: z.string(),
  promise: z.string(),
  writesStock: z.boolean().describe('It says to shops what they shall show'),
  shopsMin: z.int(),
  running: list(part({ id: z.string(), name: z.string() })).describe('Flows that were made from it'),
});
export type TemplateOfferView = z.infer<typeof TemplateOfferView>;

export const WizardRow = view('WizardRow', {
  id: z.string(),
  title: z.string(),
  step: WizardStepView,
  changedAt: moment,
});
export type WizardRow = z.infer<typeof WizardRow>;

export const WizardView = view('Wizard', {
  id: z.string(),
  template: part({
    id: z.string(),
    title: z.string(),
    promise: z.string(),
    writesStock: z.boolean(),
    shopsMin: z.int(),
  }),
  steps: list(WizardStepView).describe('Those that this template has, in order'),
  step: WizardStepView.describe('Where it was left'),
  state: z.enum(['open', 'on', 'undone']),
  pipelineId: z.string().nullable(),
  parameters: byName(z.unknown()).describe('As they were typed, with defaults for what was not'),
  fields: byName(z.record(z.string(), z.unknown())).describe('JSON Schema of each parameter, for the form'),
  problems: list(part({ field: z.string(), text: z.string() })).describe('What is not right yet'),
  rules: list(z.string()).describe('What it will do, in sentences; none while something is not right'),
  example: z.string().nullable(),
  shops: z.int().describe('Shops that are connected'),
  matching: part({
    listings: z.int(),
    matched: z.int(),
    bySku: z.int(),
    byBarcode: z.int(),
    byHand: z.int(),
    toMatch: z.int().describe('Products that a person must match'),
  }),
});
export type WizardView = z.infer<typeof WizardView>;

export const FirstSyncView = view('FirstSync', {
  listings: z.int().describe('Products of the shops that would be told'),
  same: z.int().describe('They show the right number already'),
  raised: z.int(),
  lowered: z.int(),
  soldOut: z.int().describe('Of those that are lowered: they would show 0'),
  rows: list(
    part({
      id: z.string(),
      title: z.string(),
      sku: z.string(),
      connectionId: z.string(),
      shows: z.int(),
      willShow: z.int(),
    }),
  ).describe('The largest changes first, a hundred at most'),
});
export type FirstSyncView = z.infer<typeof FirstSyncView>;

export const SwitchedOnView = view('SwitchedOn', { pipelineId: z.string() });
export type SwitchedOnView = z.infer<typeof SwitchedOnView>;

export const UndoneView = view('Undone', {
  restored: z.int().describe('Numbers that the shops show again as before'),
  kept: z.int().describe('Numbers that stay, since something was sold or counted meanwhile'),
});
export type UndoneView = z.infer<typeof UndoneView>;
