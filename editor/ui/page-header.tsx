import { type ReactNode, useEffect, useRef } from 'react';
import { texts } from '../texts.ts';

/** Set once the first page has taken its place: the first one must not pull the focus. */
let arrived = false;

/**
 * The heading of a page: sets the document's title, and takes the focus when one comes from another page, so
 * that a screen reader reads where it is.
 */
export function PageHeader({
  title,
  about,
  hidden = false,
  children,
}: {
  title: string;
  about?: string;
  hidden?: boolean;
  children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (arrived) heading.current?.focus({ preventScroll: true });
    arrived = true;
  }, []);
  return (
    <header className={hidden ? 'sr-only' : 'mb-5 flex flex-wrap items-end gap-x-6 gap-y-3'}>
      <title>{`${title} · ${texts.product}`}</title>
      <div className="min-w-0">
        <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight">
          {title}
        </h1>
        {about && <p className="mt-0.5 max-w-2xl text-pretty text-quiet">{about}</p>}
      </div>
      {children}
    </header>
  );
}
