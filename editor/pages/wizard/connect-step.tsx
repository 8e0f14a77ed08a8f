import { useEffect, useRef } from 'react';
import { useSearchParams } from 'react-router';
import type { ConnectionView, WizardView } from '#server/api/views.ts';
import { useShops } from '../../api/use-shops.ts';
import { wizard as words } from '../../texts/wizard.ts';
import { texts } from '../../texts.ts';
import { ChannelMark } from '../../ui/channel-mark.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { WaysToConnect } from '../connect/ways-to-connect.tsx';
import { StepFoot } from './step-frame.tsx';

/** The shops that are connected, and the form for the next one. */
export function ConnectStep({ wizard }: { wizard: WizardView }) {
  const [, setParams] = useSearchParams();
  const shown = useRef(false);
  useEffect(() => {
    shown.current = true;
    return () => {
      shown.current = false;
    };
  }, []);
  const shops = useShops();
  const { shopsMin } = wizard.template;
  const missing = Math.max(0, shopsMin - shops.length);
  return (
    <div className="grid gap-4">
      <p>{missing > 0 ? words.connect.need(shopsMin) : words.connect.enough}</p>
      {shops.length > 0 && (
        <Panel title={words.connect.connected}>
          <ul>
            {shops.map((shop) => (
              <Shop key={shop.id} shop={shop} />
            ))}
          </ul>
        </Panel>
      )}
      <Panel title={shops.length === 0 ? words.connect.first : words.connect.another}>
        <div className="p-4">
          <WaysToConnect
            key={shops.length}
            shopsOnly
            countsAtFirst={shops.length === 0}
            // The next one is another shop: nothing of the choice before is kept. Whoever has gone on meanwhile (the shop is
            // listed before the answer is here) is not brought back.
            onConnected={() => {
              if (shown.current) setParams({}, { replace: true });
            }}
          />
        </div>
      </Panel>
      <StepFoot
        happens={[words.happens.connect]}
        back="/wizard"
        next={`/wizard/${wizard.id}/${wizard.steps[1]}`}
        held={missing > 0 ? words.connect.missing(missing) : null}
      />
    </div>
  );
}

function Shop({
  shop: { name, channel, channelTitle, tone, word, importing, listings },
}: {
  shop: ConnectionView;
}) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2.5 last:border-0">
      <ChannelMark channel={channel} size={28} />
      <div className="min-w-0 grow">
        <p className="truncate font-medium">{name}</p>
        <p className="truncate text-xs text-quiet">
          {channelTitle} ·{' '}
          {importing ? texts.matching.reading(importing) : texts.dashboard.listings(listings)}
        </p>
      </div>
      <StatusMark tone={tone}>{word}</StatusMark>
    </li>
  );
}
