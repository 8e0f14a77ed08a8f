/** A port type's shape and colour: never colour alone. Paths on a 12 × 12 grid, colours from canvas.css. */
export interface PortLook {
  readonly path: string;
  readonly color: string;
}

const circle = 'M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1z';
const square = 'M1.5 1.5h9v9h-9z';
const diamond = 'M6 .5L11.5 6 6 11.5.5 6z';
const triangle = 'M6 1l5.5 10H.5z';
const triangleDown = 'M6 11L.5 1h11z';
const hexagon = 'M3.25 1h5.5L11.5 6l-2.75 5h-5.5L.5 6z';
const pentagon = 'M6 .6l5.5 4.2-2.1 6.4H2.6L.5 4.8z';
const bar = 'M1 3h10v6H1z';
const cross = 'M4 1h4v3h3v4H8v3H4V8H1V4h3z';

const looks: Readonly<Record<string, PortLook>> = {
  Order: { path: circle, color: 'var(--port-order)' },
  CapturedOrder: { path: circle, color: 'var(--port-order)' },
  OrderLine: { path: bar, color: 'var(--port-order)' },
  OrderChange: { path: pentagon, color: 'var(--port-order)' },
  StockChange: { path: triangle, color: 'var(--port-stock-change)' },
  StockLevel: { path: square, color: 'var(--port-stock-level)' },
  ShortLine: { path: triangleDown, color: 'var(--port-short-line)' },
  Listing: { path: hexagon, color: 'var(--port-row)' },
  Payment: { path: hexagon, color: 'var(--port-payment)' },
  Message: { path: diamond, color: 'var(--port-message)' },
  Alert: { path: diamond, color: 'var(--port-message)' },
  Row: { path: bar, color: 'var(--port-row)' },
  Event: { path: pentagon, color: 'var(--port-event)' },
};

const unknown: PortLook = { path: cross, color: 'var(--port-any)' };

/** A type that this page does not know yet gets the look of `any`. */
export const portLook = (type: string): PortLook =>
  (Object.hasOwn(looks, type) ? looks[type] : null) ?? unknown;
