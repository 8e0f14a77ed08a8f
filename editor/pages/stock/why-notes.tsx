import type { WhyView } from '#server/api/views.ts';
import { Icon } from '../../ui/icon.tsx';
import { toneIcon, toneText } from '../../ui/status-mark.tsx';

/** What is on its way to the channel, or waits. */
export const WhyNotes = ({ notes }: { notes: WhyView['notes'] }) => (
  <ul className="grid gap-2">
    {notes.map(({ tone, text }) => (
      <li key={text} className="flex gap-2.5">
        <Icon name={toneIcon[tone]} className={`mt-0.5 shrink-0 ${toneText[tone]}`} />
        <span className="min-w-0 text-pretty">{text}</span>
      </li>
    ))}
  </ul>
);
