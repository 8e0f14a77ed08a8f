/** Setting a template up step by step: chosen, connected, matched, ruled, looked at, switched on; and taken back. */
import { z } from 'zod';
import { pipelinesOf } from '#runtime/pipelines/pipeline-model.ts';
import { ALL_TEMPLATES } from '#templates/all-templates.ts';
import type { Template } from '#templates/define-template.ts';
import { Problem } from '../problem.ts';
import { switchOn, undo } from '../wizard/switch-on.ts';
import { WIZARD_STEPS, type WizardDocument, Wizards } from '../wizard/wizard-store.ts';
import type { ApiOptions } from './client-context.ts';
import { type ClientAsker, clientRoute, type Route } from './route.ts';
import { list } from './view.ts';
import { MadeView, SwitchedOnView, TemplateOfferView, UndoneView, WizardRow, WizardView } from './views.ts';
import { mayBeSwitchedOn, wizardView } from './wizard-view.ts';

const PARAMETERS_MAX = 40;
const Parameters = z
  .record(z.string().max(60), z.unknown())
  .refine((given) => Object.keys(given).length <= PARAMETERS_MAX, 'too many')
  .refine((given) => JSON.stringify(given).length <= 20_000, 'too long');

export function wizardRoutes(options: ApiOptions): Route[] {
  const { database, reload, wake, changed } = options;

  const offers = clientRoute({
    method: 'get',
    path: '/wizard-templates',
    summary: 'What can be set up step by step, and what of it runs already',
    may: 'connect',
    answer: list(TemplateOfferView),
    run: async ({ clientId }) => {
      const flows = await pipelinesOf(database.models, clientId);
      return ALL_TEMPLATES.map(({ id, title, promise, writesStock, shopsMin }) => ({
        id,
        title,
        promise,
        writesStock,
        shopsMin,
        running: flows
          .filter(({ template, state }) => template === id && state === 'running')
          .map(({ _id, name }) => ({ id: _id, name })),
      }));
    },
  });

  const open = clientRoute({
    method: 'get',
    path: '/wizards',
    summary: 'Set-ups that wait to be gone on with, the last one first',
    may: 'connect',
    answer: list(WizardRow),
    run: async ({ clientId }) =>
      (await new Wizards(database.db, clientId).open()).map(({ _id, template, step, changedAt }) => ({
        id: _id,
        title: ALL_TEMPLATES.find(({ id }) => id === template)?.title ?? template,
        step,
        changedAt: changedAt.toISOString(),
      })),
  });

  const begin = clientRoute({
    method: 'post',
    path: '/wizards',
    summary: 'Begins to set a template up. Nothing runs yet, and nothing is written to a shop',
    may: 'connect',
    body: z.strictObject({ template: z.string().max(60) }),
    answer: MadeView,
    status: 201,
    run: async ({ clientId, by, body }) => {
      const { id } = templateOf(body.template);
      return { id: (await new Wizards(database.db, clientId).begin(id, by))._id };
    },
  });

  const see = clientRoute({
    method: 'get',
    path: '/wizards/:id',
    summary: 'A set-up as it was left, with what it will do',
    may: 'connect',
    answer: WizardView,
    run: async ({ params, ...asker }) => {
      const { wizard, template } = await ofAsker(asker, params.id);
      return await wizardView(options, wizard, template);
    },
  });

  const change = clientRoute({
    method: 'patch',
    path: '/wizards/:id',
    summary: 'Keeps what was filled in, and the step that one is at. Nothing runs yet',
    may: 'connect',
    body: z.strictObject({ step: z.enum(WIZARD_STEPS).optional(), parameters: Parameters.optional() }),
    answer: WizardView,
    unaudited: true,
    run: async ({ params, body: { step, parameters }, ...asker }) => {
      const { wizards, wizard, template } = await ofAsker(asker, params.id);
      const next = await wizards.change(wizard._id, ['open', 'undone'], {
        ...(step && { step }),
        ...(parameters && { parameters }),
      });
      if (!next) throw isOn();
      return await wizardView(options, next, template);
    },
  });

  const on = clientRoute({
    method: 'post',
    path: '/wizards/:id/switch-on',
    summary: 'Switches it on: the flow runs, and the shops are told what they shall show',
    may: 'connect',
    answer: SwitchedOnView,
    status: 201,
    run: async ({ params, ...asker }) => {
      const { clientId, by } = asker;
      const { wizards, wizard, template } = await ofAsker(asker, params.id);
      if (wizard.state === 'on' && wizard.pipelineId) return { pipelineId: wizard.pipelineId };
      await mayBeSwitchedOn(options, wizard, template);
      const pipelineId = await switchOn({ database, clientId, wizards }, wizard, template, by);
      told(asker);
      return { pipelineId };
    },
  });

  const off = clientRoute({
    method: 'post',
    path: '/wizards/:id/undo',
    summary:
      'Takes back what was switched on: the flow is gone, and the shops show again what they showed, where nothing moved since',
    may: 'connect',
    answer: UndoneView,
    run: async ({ params, ...asker }) => {
      const { clientId } = asker;
      const { wizards, wizard } = await ofAsker(asker, params.id);
      if (wizard.state !== 'on') {
        throw new Problem(409, 'It is not on', 'There is nothing to take back. Nothing was changed.');
      }
      const outcome = await undo({ database, clientId, wizards }, wizard);
      told(asker);
      return outcome;
    },
  });

  const drop = clientRoute({
    method: 'delete',
    path: '/wizards/:id',
    summary: 'Gives a set-up up that was never switched on. The shops that were connected stay connected',
    may: 'connect',
    answer: null,
    run: async ({ params, ...asker }) => {
      const { wizards, wizard } = await ofAsker(asker, params.id);
      if (!(await wizards.drop(wizard._id))) throw isOn();
      return undefined;
    },
  });

  function told({ clientId }: ClientAsker): void {
    reload(clientId);
    wake(clientId);
    changed(clientId, ['pipelines', 'stock', 'connections', 'overview']);
  }

  async function ofAsker({ clientId }: ClientAsker, id: string) {
    const wizards = new Wizards(database.db, clientId);
    const wizard = await wizards.of(id);
    if (!wizard) throw gone();
    return { wizards, wizard, template: templateOf(wizard.template) };
  }

  return [offers, open, begin, see, change, on, off, drop];
}

/** The set-up of the one who asks. @throws {Problem} 404 when there is none such. */
export async function wizardOf(
  { database }: Pick<ApiOptions, 'database'>,
  { clientId }: ClientAsker,
  id: string,
): Promise<{ readonly wizard: WizardDocument; readonly template: Template }> {
  const wizard = await new Wizards(database.db, clientId).of(id);
  if (!wizard) throw gone();
  return { wizard, template: templateOf(wizard.template) };
}

function templateOf(id: string): Template {
  const template = ALL_TEMPLATES.find((one) => one.id === id);
  if (!template) throw new Problem(404, 'No such template', 'There is no template with this name.');
  return template;
}

function gone(): Problem {
  return new Problem(
    404,
    'No such set-up',
    'It was given up, or it belongs to another client. Choose anew what to set up.',
  );
}

function isOn(): Problem {
  return new Problem(409, 'It is on already', 'Take it back first, or change its flow. Nothing was changed.');
}
