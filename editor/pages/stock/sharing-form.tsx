import { useState } from 'react';
import type { ConnectionView, SharingRuleView, SharingView } from '#server/api/views.ts';
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
  return (
    <form
      className="grid gap-6 p-5"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ usual, exceptions, revision: sharing.revision });
      }}
    >
      <section className="grid gap-4">
        <h3 className="font-semibold">{words.usual}</h3>
        <RuleFields rule={usual} connections={connections} onChange={setUsual} />
      </section>
      <SharingExceptions
        usual={usual}
        exceptions={exceptions}
        connections={connections}
        onChange={setExceptions}
      />
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
    </form>
  );
}
