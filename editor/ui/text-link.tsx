import { Link } from 'react-router';

/** A link that stands by itself, high enough to be hit. */
export const TextLink = ({
  to,
  children,
  onClick,
}: {
  to: string;
  children: string;
  onClick?: () => void;
}) => (
  <Link
    to={to}
    onClick={onClick}
    className="inline-flex min-h-6 items-center rounded font-medium text-accent hover:underline"
  >
    {children}
  </Link>
);
