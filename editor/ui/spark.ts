/** Shapes of the small charts, in the units of their view box. No axis: the figure beside them says the size. */

export interface SparkBar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Bars of one width, the largest as high as the box; a bar of zero stays visible as a line of `floor`. */
export function sparkBars(
  values: readonly number[],
  box: { width: number; height: number; gap: number; floor: number },
): readonly SparkBar[] {
  const largest = Math.max(...values, 0);
  const step = (box.width + box.gap) / Math.max(values.length, 1);
  return values.map((value, index) => {
    const height = largest > 0 ? Math.max((value / largest) * box.height, box.floor) : box.floor;
    return { x: index * step, y: box.height - height, width: step - box.gap, height };
  });
}

/** A line through the known values; where one is missing (null) the line has a gap. A lone value becomes a dot. */
export function sparkLine(
  values: readonly (number | null)[],
  box: { width: number; height: number },
): string {
  const largest = Math.max(...values.map((value) => value ?? 0), 1);
  const step = box.width / Math.max(values.length - 1, 1);
  let path = '';
  let open = false;
  values.forEach((value, index) => {
    if (value === null) {
      open = false;
      return;
    }
    const point = `${round(index * step)} ${round(box.height - (value / largest) * box.height)}`;
    const last = index === values.length - 1 || values[index + 1] === null;
    // A path of one point draws nothing; one of no length with round ends draws a dot.
    path += open ? `L${point}` : last ? `M${point}h0` : `M${point}`;
    open = true;
  });
  return path;
}

const round = (value: number): number => Math.round(value * 100) / 100;
