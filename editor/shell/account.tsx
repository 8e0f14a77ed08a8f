import { lazy, Suspense } from 'react';
import { texts } from '../texts.ts';
import { IconButton } from '../ui/button.tsx';
import { useAsked } from '../ui/use-asked.ts';

const loadMenu = () => import('./account-menu.tsx');
const AccountMenu = lazy(loadMenu);

/** The button of the menu with theme and sign-out. The menu itself is loaded at the first sign of interest. */
export function Account() {
  const { asked, interest } = useAsked(loadMenu);
  const button = <IconButton icon="more" label={texts.nav.account} {...interest} />;
  if (!asked) return button;
  return (
    <Suspense fallback={button}>
      <AccountMenu />
    </Suspense>
  );
}
