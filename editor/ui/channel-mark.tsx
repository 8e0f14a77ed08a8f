/** Simple marks of our own, no vendor's logo: a carrier bag for Shopify, a running W for WooCommerce. */
const marks: Readonly<Record<string, string>> = {
  shopify: 'M7 9h10l1 11H6zM9.5 11.5V7.5a2.5 2.5 0 0 1 5 0v4',
  woocommerce: 'M3.5 7.5l3.7 9.5L12 9l4.8 8 3.7-9.5',
};

/** Whether we have a mark for this channel. */
export const hasChannelMark = (channel: string): boolean => Object.hasOwn(marks, channel);

/** Which channel something comes from. Its name always stands beside the mark. */
export function ChannelMark({ channel, size = 20 }: { channel: string; size?: number }) {
  const mark = hasChannelMark(channel) ? marks[channel] : undefined;
  return (
    <span
      aria-hidden="true"
      className="inline-grid shrink-0 place-items-center rounded-md bg-sunken text-quiet"
      style={{ width: size, height: size }}
    >
      {mark ? (
        <svg
          aria-hidden="true"
          width={size - 5}
          height={size - 5}
          viewBox="0 0 24 24"
          fill="none"
          stroke="currentColor"
          strokeWidth="2.2"
          strokeLinecap="round"
          strokeLinejoin="round"
        >
          <path d={mark} />
        </svg>
      ) : (
        <span className="text-2xs font-semibold uppercase">{channel.slice(0, 1)}</span>
      )}
    </span>
  );
}
