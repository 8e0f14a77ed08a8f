import { Link } from 'react-router';

/** A product by title and SKU; opens it in the stock list. */
export const ProductLink = ({ sku, title }: { sku: string; title: string }) => (
  <>
    <Link to={`/stock?search=${encodeURIComponent(sku)}`} className="stretched block truncate">
      {title}
    </Link>
    <span className="block truncate font-mono text-xs text-quiet">{sku}</span>
  </>
);
