import { Link } from 'react-router';

/** A link that stands by itself, high enough to be hit. */
export const TextLink = ({ to, children }: { to: string; children: string }) => (
  <Link to={to} className="inline-flex min-h-6 items-center rounded font-medium text-accent hover:underline">
    {children}
  </Link>
);
