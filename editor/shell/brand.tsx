/** Our mark: two streams that become one level. */
export function Brand({ size = 28 }: { size?: number }) {
  return (
    <svg aria-hidden="true" width={size} height={size} viewBox="0 0 32 32" fill="none" strokeLinecap="round">
      <rect width="32" height="32" rx="8" fill="#2f55d4" />
      <path d="M7 12h7c4 0 4 8 8 8h3" stroke="#fff" strokeWidth="3" />
      <path d="M7 20h5m6-8h7" stroke="#b9c8ff" strokeWidth="3" />
    </svg>
  );
}
