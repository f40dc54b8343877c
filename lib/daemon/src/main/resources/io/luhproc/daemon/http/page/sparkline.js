// A small line chart without axes.

import { setAttribute, svg } from './dom.js';

const WIDTH = 60;
const HEIGHT = 18;
/** The number of samples of a full chart. */
export const SAMPLES = 60;

/** Creates a chart. Its draw(samples, floor) shows numbers, the newest at the right edge. */
export function sparkline(kind) {
  const area = svg('path', { class: 'area' });
  const line = svg('path', { class: 'line' });
  const element = svg(
    'svg',
    { class: `sparkline ${kind}`, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none',
      'aria-hidden': true },
    area,
    line,
  );
  return {
    element,
    /** The top of the chart is the largest sample, but at least the floor. */
    draw(samples, floor) {
      const points = outline(samples, Math.max(floor, ...samples));
      const right = WIDTH.toFixed(1);
      setAttribute(line, 'd', points);
      setAttribute(area, 'd', points && `${points}L${right} ${HEIGHT}L${firstX(samples)} ${HEIGHT}Z`);
    },
  };
}

function firstX(samples) {
  return (WIDTH - ((samples.length - 1) * WIDTH) / (SAMPLES - 1)).toFixed(1);
}

function outline(samples, top) {
  return samples
    .map((sample, i) => {
      const x = WIDTH - ((samples.length - 1 - i) * WIDTH) / (SAMPLES - 1);
      const y = HEIGHT - 1 - (sample / top) * (HEIGHT - 2);
      return `${i === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
