import { sparkBars, sparkLine } from './spark.ts';

const width = 192;
const height = 28;

/** One figure an hour as bars, the running hour darker than the past ones. */
export function SparkBars({ values, label }: { values: readonly number[]; label: string }) {
  const bars = sparkBars(values, { width, height, gap: 2, floor: 1 });
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="h-7 w-full text-accent"
    >
      {bars.map((bar, index) => (
        <rect key={bar.x} {...bar} fill="currentColor" opacity={index === bars.length - 1 ? 1 : 0.32} />
      ))}
    </svg>
  );
}

/** A measure over time as a line, with gaps where nothing was measured. */
export function SparkLine({
  values,
  label,
  className = 'h-7 w-full',
}: {
  values: readonly (number | null)[];
  label: string;
  className?: string;
}) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 -2 ${width} ${height + 4}`}
      preserveAspectRatio="none"
      className={`text-accent ${className}`}
    >
      <path
        d={`M0 ${height}H${width}`}
        stroke="currentColor"
        opacity="0.2"
        strokeWidth="1"
        vectorEffect="non-scaling-stroke"
      />
      <path
        d={sparkLine(values, { width, height })}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
