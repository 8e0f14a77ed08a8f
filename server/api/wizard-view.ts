/** What a set-up shows: its form, what it will do, and what stands in the way of switching it on. */
import { z } from 'zod';
import { connectionsOf } from '#runtime/clients/connection-model.ts';
import { ClientCollection } from '#runtime/database/client-collection.ts';
import { WAITS_FOR_MATCH } from '#runtime/listings/match-listing.ts';
import { pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';
import type { ListingDocument } from '#runtime/sync/listing-document.ts';
import type { Template } from '#templates/define-template.ts';
import { Problem } from '../problem.ts';
import { WIZARD_STEPS, type WizardDocument } from '../wizard/wizard-store.ts';
import type { ApiOptions } from './client-context.ts';
import type { WizardView } from './views.ts';

export async function wizardView(
  options: Pick<ApiOptions, 'database' | 'channels'>,
  wizard: WizardDocument,
  template: Template,
): Promise<z.input<typeof WizardView>> {
  const { id, title, promise, writesStock, shopsMin } = template;
  const listings = new ClientCollection<ListingDocument>(options.database.db, 'listings', wizard.clientId);
  const parsed = template.parameters.safeParse(wizard.parameters);
  const [shops, all, bySku, byBarcode, byHand, toMatch] = await Promise.all([
    shopsOf(options, wizard),
    listings.count({}),
    listings.count({ matchedBy: 'sku' }),
    listings.count({ matchedBy: 'barcode' }),
    listings.count({ matchedBy: 'person' }),
    listings.count({ problem: { $in: [...WAITS_FOR_MATCH] } }),
  ]);
  const { properties = {} } = z.toJSONSchema(template.parameters, { io: 'input' });
  return {
    id: wizard._id,
    template: { id, title, promise, writesStock, shopsMin },
    steps: WIZARD_STEPS.filter((step) => writesStock || step !== 'match'),
    step: wizard.step,
    state: wizard.state,
    pipelineId: wizard.pipelineId,
    parameters: parsed.success ? parsed.data : { ...template.parameters.parse({}), ...wizard.parameters },
    fields: properties as Record<string, Record<string, unknown>>,
    problems: parsed.success ? [] : problemsOf(parsed.error),
    rules: parsed.success ? [...template.rules(parsed.data)] : [],
    example: parsed.success ? template.example(parsed.data) : null,
    shops,
    matching: { listings: all, matched: bySku + byBarcode + byHand, bySku, byBarcode, byHand, toMatch },
  };
}

/** @throws {Problem} 409 with what to do first. */
export async function mayBeSwitchedOn(
  options: Pick<ApiOptions, 'database' | 'channels'>,
  wizard: WizardDocument,
  template: Template,
): Promise<void> {
  const parsed = template.parameters.safeParse(wizard.parameters);
  if (!parsed.success) {
    const [first] = problemsOf(parsed.error);
    throw new Problem(409, 'The rules are not right yet', `${first?.text ?? ''}. Nothing was changed.`);
  }
  const shops = await shopsOf(options, wizard);
  if (shops < template.shopsMin) {
    const missing = template.shopsMin - shops;
    throw new Problem(
      409,
      'A shop is missing',
      `Connect ${missing === 1 ? 'one more shop' : `${missing} more shops`} first. Nothing was changed.`,
    );
  }
  if (!template.writesStock) return;
  const flows = await pipelinesOf(options.database.models, wizard.clientId);
  const other = flows.find(({ _id, template: from }) => from === template.id && _id !== `flow-${wizard._id}`);
  if (!other) return;
  throw new Problem(
    409,
    'It runs already',
    `The flow “${other.name}” does this already, and two of them would tell your shops different numbers. Change or remove that one. Nothing was changed.`,
  );
}

async function shopsOf(
  { database, channels }: Pick<ApiOptions, 'database' | 'channels'>,
  { clientId }: WizardDocument,
): Promise<number> {
  const connections = await connectionsOf(database.models, clientId);
  return connections.filter(({ channel }) => channels.has(channel)).length;
}

function problemsOf(error: z.ZodError): { field: string; text: string }[] {
  return error.issues.map(({ path, message }) => ({ field: String(path[0] ?? ''), text: message }));
}
