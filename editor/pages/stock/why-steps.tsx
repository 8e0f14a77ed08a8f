import type { WhyView } from '#server/api/views.ts';
import { formatCount } from '../../format/numbers.ts';

/** From the shelf to the channel: each step with what it leaves; the last one is what is shown. */
export const WhySteps = ({ steps }: { steps: WhyView['steps'] }) => (
  <ol className="overflow-hidden rounded-lg border border-line">
    {steps.map(({ text, units }, index) => (
      <li
        key={text}
        className={`flex items-baseline gap-3 border-line px-3 py-2 not-last:border-b ${index === steps.length - 1 ? 'bg-sunken font-semibold' : ''}`}
      >
        <span className="min-w-0 grow text-pretty">{text}</span>
        <span className="shrink-0 tabular-nums">{formatCount(units)}</span>
      </li>
    ))}
  </ol>
);
