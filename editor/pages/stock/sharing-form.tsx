import { useState } from 'react';
import type { ConnectionView, SharingRuleView, SharingView } from '#server/api/views.ts';
import { useMay } from '../../api/queries.ts';
import { LookOnly } from '../../shell/rights.tsx';
import { sharing as words } from '../../texts-of-sharing.ts';
import { Button } from '../../ui/button.tsx';
import { RuleFields } from './rule-fields.tsx';
import { SharingExceptions } from './sharing-exceptions.tsx';
import { useSaveSharing } from './use-save-sharing.ts';

/** The usual rule and its exceptions. Nothing is changed before it is saved. */
export function SharingForm({
  sharing,
  connections,
}: {
  sharing: SharingView;
  connections: readonly ConnectionView[];
}) {
  const [usual, setUsual] = useState<SharingRuleView>(sharing.usual);
  const [exceptions, setExceptions] = useState(sharing.exceptions);
  const save = useSaveSharing();
  const decides = useMay('decide');
  return (
    <form
      className="grid gap-6 p-5"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ usual, exceptions, revision: sharing.revision });
      }}
    >
      <LookOnly unless="decide" />
      <fieldset disabled={!decides} className="grid gap-4">
        <h3 className="font-semibold">{words.usual}</h3>
        <RuleFields rule={usual} connections={connections} onChange={setUsual} />
      </fieldset>
      <SharingExceptions
        usual={usual}
        exceptions={exceptions}
        connections={connections}
        onChange={decides ? setExceptions : null}
      />
      {decides && (
        <div className="flex items-center gap-3 border-t border-line pt-4">
          <Button
            look="primary"
            busy={save.isPending}
            onClick={() => save.mutate({ usual, exceptions, revision: sharing.revision })}
          >
            {words.save}
          </Button>
          <p className="min-w-0 text-sm text-pretty text-quiet">{words.saveAbout}</p>
        </div>
      )}
    </form>
  );
}
