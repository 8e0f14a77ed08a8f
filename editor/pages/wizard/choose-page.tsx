import { useNavigate } from 'react-router';
import type { TemplateOfferView } from '#server/api/views.ts';
import { useMay, useOpenWizards } from '../../api/queries.ts';
import { remove } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { wizard as words } from '../../texts/wizard.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ground, Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { StatusBadge } from '../../ui/status-mark.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { useBegin, useOffers } from './wizard-queries.ts';

/** What can be set up, and what was begun and waits to be gone on with. */
export default function ChoosePage() {
  return (
    <Page>
      <PageHeader title={words.title} about={words.about} />
      <OpenOnes />
      <QueryPart query={useOffers()} skeleton={<SkeletonRows rows={5} />}>
        {(offers) => (
          <ul className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">
            {offers.map((offer) => (
              <Offer key={offer.id} offer={offer} />
            ))}
          </ul>
        )}
      </QueryPart>
      <p className="mt-4 text-sm text-pretty text-quiet">
        {words.alertsAlready} <TextLink to="/settings/alerts">{words.alertsHow}</TextLink>
      </p>
    </Page>
  );
}

function Offer({ offer: { id, title, promise, writesStock, running } }: { offer: TemplateOfferView }) {
  const begin = useBegin();
  const inspects = useMay('inspect');
  const navigate = useNavigate();
  const [flow] = running;
  return (
    <li className={`${ground} flex flex-col p-4`}>
      <h2 className="flex flex-wrap items-center gap-2 text-lg font-semibold">
        {title} {flow && <StatusBadge tone="ok">{words.running}</StatusBadge>}
      </h2>
      <p className="mt-1 text-pretty">{promise}</p>
      <p className="mt-2 mb-4 flex items-center gap-1.5 text-sm text-quiet">
        <Icon name={writesStock ? 'channels' : 'check'} size={16} />
        {writesStock ? words.writes : words.reads}
      </p>
      <div className="mt-auto flex flex-wrap items-center gap-x-4 gap-y-2">
        {!(flow && writesStock) && (
          <Button
            look={flow ? 'plain' : 'primary'}
            busy={begin.isPending}
            aria-label={words.choose(title)}
            onClick={() =>
              begin.mutate(id, { onSuccess: (made) => void navigate(`/wizard/${made}/connect`) })
            }
            className="min-h-10"
          >
            {words.chooseShort}
          </Button>
        )}
        {flow && inspects && (
          <TextLink to={`/flows/${encodeURIComponent(flow.id)}`}>{words.seeFlow}</TextLink>
        )}
      </div>
    </li>
  );
}

function OpenOnes() {
  const { data: open = [] } = useOpenWizards();
  const drop = useChange((id: string) => remove(`/wizards/${id}`), { touches: ['pipelines'], done: null });
  if (open.length === 0) return null;
  return (
    <Panel title={words.goOn} className="mb-4">
      <ul>
        {open.map(({ id, title, step }) => (
          <li key={id} className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-0">
            <p className="grow">
              <TextLink to={`/wizard/${id}/${step}`}>{title}</TextLink>{' '}
              <span className="text-sm text-quiet">{words.steps[step]}</span>
            </p>
            <IconButton icon="close" label={words.giveUp(title)} onClick={() => drop.mutate(id)} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
