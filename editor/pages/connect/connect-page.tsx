import { useSearchParams } from 'react-router';
import { useConnections } from '../../api/queries.ts';
import { connect as connectTexts } from '../../texts/connect.ts';
import { Page } from '../../ui/page.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { ground } from '../../ui/panel.tsx';
import { ConsentOutcome } from './consent-outcome.tsx';
import { WaysToConnect } from './ways-to-connect.tsx';

const words = connectTexts;

/**
 * Connects a shop, or renews the keys of one (`?again=<id>`). `?consent=<id>` shows how a consent ended, to which the
 * channel sends people back. `?sandbox=http://127.0.0.1:<port>` connects a sandbox on this machine.
 */
export default function ConnectPage() {
  const [params] = useSearchParams();
  const { data: connections = [] } = useConnections();
  const consent = params.get('consent');
  const again = connections.find(({ id }) => id === params.get('again'));
  return (
    <Page>
      <PageHeader
        title={again ? words.again(again.name) : words.title}
        about={again ? words.againAbout : words.about}
      />
      <div className={`${ground} max-w-2xl p-5`}>
        {consent ? <ConsentOutcome id={consent} /> : <WaysToConnect />}
      </div>
    </Page>
  );
}
