/** @import { Data, Line, Run } from './chart.js' */
import { axis, clock, colour, draw, percent, plain, series } from './chart.js';
import { shortMs } from './latency.js';

/** Steps of the time axis, in seconds. */
const timeSteps = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/**
 * The charts of one run, one above the other; all charts of the page that have a time axis move together.
 * @param {Element} box @param {Data} data @param {Run} run @param {(seconds: number) => void} onTime
 * @returns {uPlot[]}
 */
export function drawTimeline(box, data, run, onTime) {
  return chartsOf(data, run).map(({ title, height, lines, format }) =>
    draw(
      box,
      title,
      {
        height,
        cursor: { sync: { key: 'time' }, drag: { x: true, y: false } },
        scales: { x: { time: false } },
        axes: [
          axis({ incrs: timeSteps, values: (_, ticks) => ticks.map(clock), space: 60 }),
          axis({ size: 76, values: (_, ticks) => ticks.map(format) }),
        ],
        series: [{ label: 'time', value: (_, value) => (value === null ? '-' : clock(value)) }, ...lines.map(series)],
        hooks: {
          drawClear: [(plot) => shadeWarmUp(plot, data.warmUpSeconds)],
          setCursor: [(plot) => plot.cursor.idx != null && onTime(run.timeSeconds[plot.cursor.idx] ?? 0)],
        },
      },
      /** @type {uPlot.AlignedData} */ ([run.timeSeconds, ...lines.map((line) => line.values)]),
    ),
  );
}

/**
 * @param {Data} data @param {Run} run
 * @returns {{ title: string, height: number, lines: Line[], format: (value: number) => string }[]}
 */
function chartsOf(data, run) {
  const variant = (/** @type {number} */ index) => (Number.isInteger(index) ? (data.variants[index] ?? '') : '');
  const charts = [
    { title: 'Load and capacity, requests/s', height: 230, lines: loadLines(run), format: plain },
    { title: 'Share of requests', height: 150, lines: shareLines(run), format: percent },
    {
      title: 'VMs',
      height: 170,
      lines: vmLines(data, run),
      format: (/** @type {number} */ value) => (Number.isInteger(value) ? plain(value) : ''),
    },
    {
      title: 'Variant',
      height: 110,
      lines: [{ title: 'variant', colour: 'policy-2', values: run.variant, stepped: true, format: variant }],
      format: variant,
    },
    {
      title: 'Lambda memory, MB',
      height: 110,
      lines: [{ title: 'memory', colour: 'policy-3', values: run.lambdaMemoryMb, stepped: true }],
      format: plain,
    },
  ];
  return [...charts, spilloverChart(data, run)];
}

/** @param {Run} run @returns {Line[]} */
function loadLines(run) {
  return [
    { title: 'arrivals', colour: 'soft', values: run.arrivals, filled: true },
    { title: 'ready capacity', colour: 'ready', values: run.readyCapacity, stepped: true },
    { title: 'with booting VMs', colour: 'booting', values: run.bootingCapacity, stepped: true, dashed: true },
    { title: 'spilled', colour: 'spill', values: run.spilled, filled: true },
  ];
}

/** @param {Run} run @returns {Line[]} */
function shareLines(run) {
  return [
    { title: 'spilled to Lambda', colour: 'spill', values: run.spilledShare, format: percent },
    { title: 'late or lost', colour: 'miss', values: run.missedShare, format: percent },
  ];
}

/** @param {Data} data @param {Run} run @returns {Line[]} */
function vmLines(data, run) {
  return data.pools.flatMap((pool, index) => [
    { title: `${pool} ready`, colour: `policy-${(2 * index) % 8}`, values: run.readyVms[index] ?? [], stepped: true },
    {
      title: `${pool} desired`,
      colour: `policy-${(2 * index + 1) % 8}`,
      values: run.desiredVms[index] ?? [],
      stepped: true,
      dashed: true,
    },
  ]);
}

/** What the policy told the router. @param {Data} data @param {Run} run */
function spilloverChart(data, run) {
  if (data.router === 'weights') {
    const line = { title: 'to Lambda', colour: 'spill', values: run.lambdaShare, stepped: true, format: percent };
    return { title: 'Share set at the router', height: 130, lines: [line], format: percent };
  }
  const lines = data.classes.map((one, index) => ({
    title: one.name,
    colour: `policy-${[4, 6, 0, 2][index % 4]}`,
    values: run.maxWaitMs[index] ?? [],
    stepped: true,
    format: shortMs,
  }));
  return { title: 'Wait limit before spilling (no line: never spills)', height: 130, lines, format: shortMs };
}

/** @param {uPlot} plot @param {number} seconds */
function shadeWarmUp(plot, seconds) {
  const { ctx, bbox } = plot;
  const right = Math.min(plot.valToPos(seconds, 'x', true), bbox.left + bbox.width);
  if (seconds === 0 || !(right > bbox.left)) return;
  ctx.save();
  ctx.fillStyle = colour('line');
  ctx.globalAlpha = 0.5;
  ctx.fillRect(bbox.left, bbox.top, right - bbox.left, bbox.height);
  ctx.restore();
}
