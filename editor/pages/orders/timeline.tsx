import type { OrderView } from '#server/api/views.ts';
import { exactTime, fullTime } from '../../format/times.ts';
import { Icon } from '../../ui/icon.tsx';
import { toneIcon, toneText } from '../../ui/status-mark.tsx';

/** What happened to an order, oldest first as it was told, to the tenth of a second. */
export const Timeline = ({ steps }: { steps: OrderView['timeline'] }) => (
  <ol>
    {steps.map((step, index) => (
      <li key={`${step.at} ${step.text}`} className="relative flex gap-3 pb-4 last:pb-0">
        {index < steps.length - 1 && (
          <span aria-hidden="true" className="absolute top-5 bottom-0 left-[8.5px] w-px bg-line" />
        )}
        <Icon name={toneIcon[step.tone]} className={`mt-0.5 ${toneText[step.tone]}`} />
        <p className="min-w-0 grow text-pretty">{step.text}</p>
        <time
          dateTime={step.at}
          title={fullTime(Date.parse(step.at))}
          className="shrink-0 pt-px text-xs text-quiet"
        >
          {exactTime(Date.parse(step.at))}
        </time>
      </li>
    ))}
  </ol>
);
