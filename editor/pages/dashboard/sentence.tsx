import type { OverviewView } from '#server/api/views.ts';
import { texts } from '../../texts.ts';
import { Icon } from '../../ui/icon.tsx';
import { toneIcon, toneSoft } from '../../ui/status-mark.tsx';
import { Ago } from '../../ui/time.tsx';

/** How things stand, in one sentence. When that is not `known` any more, it loses its colour. */
export function Sentence({
  tone,
  text,
  checkedAt,
  known,
}: OverviewView['sentence'] & Pick<OverviewView, 'checkedAt'> & { known: boolean }) {
  const shown = known ? tone : 'idle';
  return (
    <div className="flex items-center gap-3.5">
      <span className={`grid size-10 shrink-0 place-items-center rounded-full ${toneSoft[shown]}`}>
        <Icon name={toneIcon[shown]} size={24} />
      </span>
      <p
        className={`text-xl font-semibold tracking-tight text-pretty sm:text-2xl ${known ? '' : 'text-quiet'}`}
      >
        {text}
        {known && checkedAt && (
          <span className="block text-sm font-normal tracking-normal text-quiet">
            {texts.dashboard.checked} <Ago at={checkedAt} />
          </span>
        )}
      </p>
    </div>
  );
}
