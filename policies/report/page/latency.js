/** @import { Data, Trace } from './chart.js' */
import { axis, draw, mark, series } from './chart.js';

/** The rarest share that is drawn: beyond it a day has too few requests to tell. */
const rarest = 1e-5;

/**
 * The distribution of the latency on one trace: a line for each policy, the deadlines dashed. The upright axis counts nines,
 * as the promise does: it is the logarithm of the share that took longer, upside down.
 * @param {Element} box @param {Data} data @param {Trace} trace
 */
export function drawLatency(box, data, trace) {
  const { ms, shares } = trace.latency;
  const lines = shares.flatMap((values, policy) =>
    values === null
      ? []
      : [
          {
            title: data.policies[policy] ?? '',
            colour: `policy-${policy % 8}`,
            values: slower(values),
            dashed: policy >= 8,
            format: noSlower,
          },
        ],
  );
  if (ms.length === 0 || lines.length === 0) {
    box.textContent = 'No request was answered.';
    return;
  }
  draw(
    box,
    '',
    {
      height: 340,
      ...latencyAxes(),
      series: [latencySeries, ...lines.map(series)],
      hooks: { draw: [markDeadlines(data)] },
    },
    /** @type {uPlot.AlignedData} */ ([ms, ...lines.map((line) => line.values)]),
  );
}

/** @type {uPlot.Series} */
const latencySeries = { label: 'latency', value: (_, value) => (value === null ? '-' : shortMs(value)) };

/** @param {number[]} shares */
function slower(shares) {
  return shares.map((share) => Math.max(1 - share, rarest));
}

/** @param {number} share that took longer */
function noSlower(share) {
  return share <= rarest ? 'all' : `${Number((100 * (1 - share)).toFixed(3))}%`;
}

function latencyAxes() {
  return {
    /** @type {uPlot.Scales} */
    scales: { x: { time: false, distr: 3 }, y: { distr: 3, dir: -1, range: [rarest, 1] } },
    axes: [
      axis({ values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : shortMs(tick))) }),
      axis({
        size: 72,
        splits: () => [1, 0.5, 0.1, 0.05, 0.01, 0.001, 0.0001, rarest],
        filter: (_, splits) => splits,
        values: (_, ticks) => ticks.map(noSlower),
      }),
    ],
  };
}

/** @param {Data} data @returns {(plot: uPlot) => void} */
function markDeadlines(data) {
  return (plot) => {
    for (const [row, { name, deadlineMs }] of data.classes.entries())
      mark(plot, deadlineMs, `${name} ${shortMs(deadlineMs)}`, row);
  };
}

/** @param {number} value */
export function shortMs(value) {
  return value >= 1000 ? `${short(value / 1000)} s` : `${short(value)} ms`;
}

/** @param {number} value */
function short(value) {
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
