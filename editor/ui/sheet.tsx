import { Dialog } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import { texts } from '../texts.ts';
import { Icon } from './icon.tsx';

const sides = {
  right: 'inset-y-0 right-0 w-full animate-slide sm:max-w-[30rem] sm:border-l sm:rounded-l-2xl',
  bottom: 'inset-x-0 bottom-0 max-h-[85dvh] animate-rise rounded-t-2xl border-t',
} as const;

/** A sheet over the page, from the right or from below. Esc, the cross and a press beside it close it. */
export function Sheet({
  title,
  about,
  side = 'right',
  onClose,
  children,
}: {
  title: ReactNode;
  about: string;
  side?: keyof typeof sides;
  onClose: () => void;
  children: ReactNode;
}) {
  const opener = useRef<Element | null>(null);
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 animate-fade bg-[#0b0c0d]/35" />
        <Dialog.Content
          onOpenAutoFocus={(event) => {
            // The sheet itself takes the focus, so that it is read from its title on.
            event.preventDefault();
            opener.current = document.activeElement;
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (opener.current instanceof HTMLElement) opener.current.focus();
          }}
          className={`fixed z-40 flex flex-col border-line bg-surface shadow-float outline-none ${sides[side]}`}
        >
          <div className="flex items-start gap-3 border-b border-line py-4 pr-3 pl-5">
            <div className="min-w-0 grow">
              <Dialog.Title className="text-lg font-semibold">{title}</Dialog.Title>
              <Dialog.Description className="text-sm text-quiet">{about}</Dialog.Description>
            </div>
            <Dialog.Close
              aria-label={texts.close}
              title={texts.close}
              className="grid size-9 place-items-center rounded-lg text-quiet hover:bg-sunken hover:text-ink"
            >
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <section
            aria-label={about}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            className="min-h-0 grow overflow-y-auto overscroll-contain -outline-offset-2"
          >
            {children}
          </section>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
