import { Link } from 'react-router';
import type { WizardStepView, WizardView } from '#server/api/views.ts';
import { wizard as words } from '../../texts/wizard.ts';
import { Icon } from '../../ui/icon.tsx';

/** The names of the steps: where one is, and the way to any other. Nothing is lost by going. */
export function StepNames({ wizard, step }: { wizard: WizardView; step: WizardStepView }) {
  const at = wizard.steps.indexOf(step);
  return (
    <nav aria-label={words.stepsLabel} className="max-lg:hidden">
      <ol className="grid gap-0.5">
        <Name to="/wizard" name={words.steps.choose} number={1} done />
        {wizard.steps.map((one, index) => (
          <Name
            key={one}
            to={`/wizard/${wizard.id}/${one}`}
            name={words.steps[one]}
            number={index + 2}
            done={index < at || wizard.state === 'on'}
            current={one === step}
          />
        ))}
      </ol>
    </nav>
  );
}

function Name({
  to,
  name,
  number,
  done,
  current = false,
}: {
  to: string;
  name: string;
  number: number;
  done: boolean;
  current?: boolean;
}) {
  return (
    <li>
      <Link
        to={to}
        aria-current={current ? 'step' : undefined}
        className="flex min-h-10 items-center gap-3 rounded-lg px-2 font-medium text-quiet hover:bg-sunken hover:text-ink aria-[current=step]:bg-accent-soft aria-[current=step]:text-accent"
      >
        <span className="grid size-6 shrink-0 place-items-center rounded-full border border-current text-xs">
          {done && !current ? <Icon name="check" size={14} /> : number}
        </span>
        {name}
      </Link>
    </li>
  );
}
