/** @import { Data, Trace } from './chart.js' */
import { axis, draw, mark, percent, plain, series } from './chart.js';

/**
 * The distribution of the latency on one trace: a line for each policy, the deadlines dashed.
 * @param {Element} box @param {Data} data @param {Trace} trace
 */
export function drawLatency(box, data, trace) {
  const { ms, shares } = trace.latency;
  const lines = shares.flatMap((values, policy) =>
    values === null
      ? []
      : [{ title: data.policies[policy] ?? '', colour: `policy-${policy % 8}`, values, format: percent }],
  );
  if (ms.length === 0 || lines.length === 0) {
    box.textContent = 'No request was answered.';
    return;
  }
  draw(
    box,
    '',
    {
      height: 300,
      scales: { x: { time: false, distr: 3 }, y: { range: [0, 1] } },
      axes: [
        axis({ values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : shortMs(tick))) }),
        axis({ size: 56, values: (_, ticks) => ticks.map(percent) }),
      ],
      series: [
        { label: 'latency', value: (_, value) => (value === null ? '-' : shortMs(value)) },
        ...lines.map(series),
      ],
      hooks: {
        draw: [
          (plot) => {
            for (const [row, { name, deadlineMs }] of data.classes.entries())
              mark(plot, deadlineMs, `${name} ${shortMs(deadlineMs)}`, row);
          },
        ],
      },
    },
    /** @type {uPlot.AlignedData} */ ([ms, ...lines.map((line) => line.values)]),
  );
}

/** @param {number} value */
export function shortMs(value) {
  return value >= 1000 ? `${plain(value / 1000)} s` : `${plain(value)} ms`;
}
