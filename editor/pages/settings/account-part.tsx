import { useState } from 'react';
import type { SessionView } from '#server/api/views.ts';
import { useSession } from '../../api/queries.ts';
import { post } from '../../api/request.ts';
import { useChange } from '../../api/use-change.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { texts } from '../../texts.ts';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryPart } from '../../ui/query-part.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { TextLink } from '../../ui/text-link.tsx';
import { Devices } from './devices.tsx';
import { PasswordPanel } from './password-panel.tsx';
import { TotpPanel } from './totp-panel.tsx';

const words = settingsTexts.account;

/** Name, password, second factor, devices. */
export default function AccountPart() {
  const session = useSession();
  return (
    <QueryPart query={session} skeleton={<SkeletonRows rows={6} />}>
      {({ person, agency, unclaimed }) => (
        <div className="grid items-start gap-4 *:min-w-0 md:grid-cols-2">
          {person ? (
            <>
              <Profile key={person.name} person={person} agency={agency.name} />
              <PasswordPanel email={person.email} />
              <TotpPanel on={person.totp} />
            </>
          ) : (
            <Panel title={words.profile}>
              <div className="p-4 text-pretty">
                <p>{words.terminal}</p>
                {unclaimed && <TextLink to="/setup">{texts.account.setUp.offerGo}</TextLink>}
              </div>
            </Panel>
          )}
          <Devices />
        </div>
      )}
    </QueryPart>
  );
}

function Profile({ person, agency }: { person: NonNullable<SessionView['person']>; agency: string }) {
  const [name, setName] = useState(person.name);
  const save = useChange(() => post('/account/name', { name }), {
    touches: ['session', 'accounts'],
    done: settingsTexts.saved,
  });
  return (
    <Panel title={words.profile}>
      <Form
        go={settingsTexts.save}
        going={settingsTexts.saving}
        busy={save.isPending}
        error={null}
        onSend={() => save.mutate(undefined)}
        className="p-4"
      >
        <p className="text-quiet">
          {person.email} · {words.role(texts.account.roles[person.role], agency)}
        </p>
        <TextField
          label={texts.account.yourName}
          name="name"
          autoComplete="name"
          required
          maxLength={120}
          value={name}
          onChange={setName}
        />
      </Form>
    </Panel>
  );
}
