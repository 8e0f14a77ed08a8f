import { Link } from 'react-router';
import type { NeedView } from '#server/api/views.ts';
import { texts } from '../../texts.ts';
import { Icon } from '../../ui/icon.tsx';
import type { IconName } from '../../ui/icon-paths.ts';

const icons: Readonly<Record<NeedView['kind'], IconName>> = {
  conflict: 'conflicts',
  'dead-letter': 'deadLetters',
  outbox: 'outbox',
  proof: 'bad',
  unmatched: 'link',
  connection: 'plug',
};

/** What waits for a person, each with the way to it. */
export function Needs({ needs }: { needs: readonly NeedView[] }) {
  return (
    <section aria-labelledby="needs" className="mt-5">
      <h2 id="needs" className="mb-2 text-xs font-medium text-quiet">
        {texts.dashboard.needs}
      </h2>
      {needs.length === 0 ? (
        <Nothing />
      ) : (
        <ul className="grid gap-2 md:grid-cols-[repeat(auto-fit,minmax(20rem,1fr))]">
          {needs.map((need) => (
            <Need key={need.kind} need={need} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Need({ need }: { need: NeedView }) {
  return (
    <li className="relative flex items-center gap-3 rounded-xl border border-line bg-surface py-3 pr-3 pl-4 shadow-card transition-colors hover:border-edge">
      <Icon name={icons[need.kind]} size={20} className="text-warn" />
      <span className="min-w-0 grow text-pretty">{need.text}</span>
      <Link
        to={need.href}
        className="stretched inline-flex shrink-0 items-center gap-0.5 rounded-xl text-sm font-medium text-accent"
      >
        {texts.dashboard.needActions[need.kind]}
        <Icon name="right" size={14} />
      </Link>
    </li>
  );
}

const Nothing = () => (
  <p className="flex items-start gap-3 rounded-xl border border-line bg-surface px-4 py-3 shadow-card">
    <Icon name="check" size={20} className="mt-px text-ok" />
    <span className="text-pretty">
      <span className="font-medium">{texts.dashboard.nothing}</span>{' '}
      <span className="text-quiet">{texts.dashboard.nothingAbout}</span>
    </span>
  </p>
);
