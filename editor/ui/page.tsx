import type { ReactNode } from 'react';

/** The measure of a page: margins that grow with the window, and a widest line. */
export const Page = ({ children }: { children: ReactNode }) => (
  <div className="mx-auto max-w-[84rem] px-4 py-5 sm:px-6 xl:px-8 xl:py-7">{children}</div>
);
