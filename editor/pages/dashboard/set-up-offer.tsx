import { useSession } from '../../api/queries.ts';
import { texts } from '../../texts.ts';
import { Icon } from '../../ui/icon.tsx';
import { TextLink } from '../../ui/text-link.tsx';

const words = texts.account.setUp;

/** For who came by the link from the terminal, as long as nobody has an account. */
export function SetUpOffer() {
  const session = useSession().data;
  if (!session?.unclaimed) return null;
  return (
    <p className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1 rounded-xl bg-accent-soft px-4 py-3 text-sm">
      <Icon name="info" className="text-accent" />
      <span className="min-w-40 grow basis-64 text-pretty">{words.offer}</span>
      <TextLink to="/setup">{words.offerGo}</TextLink>
    </p>
  );
}
