import { useMay, useOpenWizards } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { Icon } from '../../ui/icon.tsx';
import { TextLink } from '../../ui/text-link.tsx';

const words = texts.dashboard;

/** For whom nothing runs yet, or who left a set-up in the middle. */
export function WizardOffer({ flows }: { flows: number }) {
  const may = useMay('connect');
  return may ? <Offer flows={flows} /> : null;
}

function Offer({ flows }: { flows: number }) {
  const [begun] = useOpenWizards().data ?? [];
  if (flows > 0 && !begun) return null;
  return (
    <p className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl bg-accent-soft px-4 py-3 text-sm">
      <Icon name="info" className="text-accent" />
      <span className="min-w-40 grow basis-64 text-pretty">
        {begun ? words.goOnOffer(begun.title) : words.setUpOffer}
      </span>
      <TextLink to={begun ? `/wizard/${begun.id}/${begun.step}` : '/wizard'}>
        {begun ? words.goOn : words.setUp}
      </TextLink>
    </p>
  );
}
