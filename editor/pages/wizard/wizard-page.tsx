import { type ReactNode, useEffect } from 'react';
import { Navigate, useParams } from 'react-router';
import type { WizardStepView, WizardView } from '#server/api/views.ts';
import { useConnections } from '../../api/queries.ts';
import { wizard as words } from '../../texts/wizard.ts';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { CheckStep } from './check-step.tsx';
import { ConnectStep } from './connect-step.tsx';
import { MatchStep } from './match-step.tsx';
import { RulesStep } from './rules-step.tsx';
import { StepNames } from './step-names.tsx';
import { useKeep, useWizard } from './wizard-queries.ts';

/** One set-up, step by step. It is kept on the server: the address opens it where it was left. */
export default function WizardPage() {
  const { id = '', step } = useParams();
  const reading = useConnections().data?.some(({ importing }) => importing !== null) ?? false;
  const query = useWizard(id, reading && step !== 'rules');
  return (
    <Page>
      <QueryPart query={query} skeleton={<SkeletonRows rows={8} />}>
        {(wizard) => {
          const at = wizard.steps.find((one) => one === step);
          if (!at) return <Navigate to={`/wizard/${id}/${wizard.step}`} replace />;
          return <Step key={at} wizard={wizard} step={at} />;
        }}
      </QueryPart>
    </Page>
  );
}

function Step({ wizard, step }: { wizard: WizardView; step: WizardStepView }) {
  const { mutate: keep } = useKeep(wizard.id);
  const isOpen = wizard.state !== 'on';
  useEffect(() => {
    if (isOpen) keep({ step });
  }, [keep, step, isOpen]);
  const number = wizard.steps.indexOf(step) + 2;
  return (
    <>
      <PageHeader title={wizard.template.title} about={wizard.template.promise} />
      <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[13rem_minmax(0,1fr)]">
        <StepNames wizard={wizard} step={step} />
        <section aria-labelledby="step" className="min-w-0 max-w-3xl">
          <p className="text-sm text-quiet lg:hidden">{words.stepOf(number, wizard.steps.length + 1)}</p>
          <h2 id="step" className="mb-3 text-lg font-semibold">
            {words.steps[step]}
          </h2>
          {bodies[step](wizard)}
        </section>
      </div>
    </>
  );
}

const bodies: Readonly<Record<WizardStepView, (wizard: WizardView) => ReactNode>> = {
  connect: (wizard) => <ConnectStep wizard={wizard} />,
  match: (wizard) => <MatchStep wizard={wizard} />,
  rules: (wizard) => <RulesStep wizard={wizard} />,
  check: (wizard) => <CheckStep wizard={wizard} />,
};
