import type { LinkView } from '#server/api/views.ts';
import { settings as settingsTexts } from '../../texts/settings.ts';
import { Icon } from '../../ui/icon.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';

const words = settingsTexts.members;

/** A link that was made for somebody, and whether they have it by email already. */
export function GivenLink({
  link: { path, mail },
  about,
}: {
  link: LinkView;
  /** What to do with it where no email went out. */
  about: string;
}) {
  return (
    <div className="grid gap-3">
      {mail?.trouble && (
        <p role="alert" className="flex gap-2 rounded-lg bg-warn-soft p-3 text-sm text-pretty text-warn">
          <Icon name="warn" className="mt-px shrink-0" />
          <span className="min-w-0 wrap-anywhere">{words.notMailed(mail.to, mail.trouble)}</span>
        </p>
      )}
      <ShownOnce
        about={mail && !mail.trouble ? words.mailed(mail.to) : about}
        text={`${location.origin}${path}`}
      />
    </div>
  );
}
