/** @import { Bound, Column, Data, Line, Run } from './chart.js' */
import { axis, clock, colour, draw, percent, plain, series } from './chart.js';
import { shortMs } from './latency.js';

/** Steps of the time axis, in seconds. */
const timeSteps = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/**
 * The charts of one run, one above the other; all charts of the page that have a time axis move together.
 * @param {Element} box @param {Data} data @param {Run} run @param {Bound | null} bound @param {(seconds: number) => void} onTime
 * @returns {uPlot[]}
 */
export function drawTimeline(box, data, run, bound, onTime) {
  return chartsOf(data, run, bound).map((chart) =>
    draw(
      box,
      chart.title,
      {
        height: chart.height,
        cursor: { sync: { key: 'time' }, drag: { x: true, y: false } },
        scales: { x: { time: false }, y: uprightScale(chart) },
        axes: [
          axis({ size: 34, incrs: timeSteps, values: (_, ticks) => ticks.map(clock), space: 60 }),
          uprightAxis(chart),
        ],
        series: [
          { label: 'time', value: (_, value) => (value === null ? '-' : clock(value)) },
          ...chart.lines.map(series),
        ],
        hooks: {
          drawClear: [(plot) => shadeWarmUp(plot, data.warmUpSeconds)],
          setCursor: [(plot) => plot.cursor.idx != null && onTime(run.timeSeconds[plot.cursor.idx] ?? 0)],
        },
      },
      /** @type {uPlot.AlignedData} */ ([run.timeSeconds, ...chart.lines.map((line) => line.values)]),
    ),
  );
}

/** @typedef {{ title: string, height: number, lines: Line[], format: (value: number) => string, names?: string[] }} Chart */

/**
 * What never changes in any run of the page is told in words.
 * @param {Data} data @param {Run} run @param {Bound | null} bound @returns {Chart[]}
 */
function chartsOf(data, run, bound) {
  const whole = (/** @type {number} */ value) => (Number.isInteger(value) ? plain(value) : '');
  const variant = (/** @type {number} */ index) => data.variants[index] ?? '';
  const variants = { title: 'variant', colour: 'policy-2', values: run.variant, stepped: true, format: variant };
  const memory = { title: 'memory', colour: 'policy-3', values: run.lambdaMemoryMb, stepped: true };
  const runs = data.traces.flatMap((trace) => trace.runs.filter((one) => one !== null));
  const changes = (/** @type {(run: Run) => Column} */ of) => new Set(runs.flatMap(of)).size > 1;
  return [
    { title: 'Load and capacity, requests/s', height: 230, lines: loadLines(run, bound), format: plain },
    { title: 'Late or lost, and spilled: share of requests', height: 150, lines: shareLines(run), format: percent },
    { title: 'Capacity by kind, requests/s', height: 190, lines: kindLines(data, run), format: plain },
    { title: 'VMs', height: 170, lines: vmLines(data, run), format: whole },
    ...(changes((one) => one.variant) ? [variantChart(data, variants)] : []),
    ...(changes((one) => one.lambdaMemoryMb)
      ? [{ title: 'Lambda memory, MB', height: 130, lines: [memory], format: plain }]
      : []),
    spilloverChart(data, run),
  ];
}

/** @param {Data} data @param {Line} variants @returns {Chart} */
function variantChart(data, variants) {
  const name = (/** @type {number} */ index) => data.variants[index] ?? '';
  return {
    title: 'Variant',
    height: 60 + 22 * data.variants.length,
    lines: [variants],
    format: shortName(name),
    names: data.variants,
  };
}

/** @param {(value: number) => string} name */
function shortName(name) {
  return (/** @type {number} */ value) => (name(value).length > 15 ? `${name(value).slice(0, 14)}…` : name(value));
}

/** Upright: from 0 to a little above the highest; or one place for each name. @param {Chart} chart @returns {uPlot.Scale} */
function uprightScale({ names }) {
  if (names !== undefined) return { range: [-0.5, names.length - 0.5] };
  return { range: (_, __, highest) => [0, highest > 0 ? highest * 1.08 : 1] };
}

/** @param {Chart} chart @returns {uPlot.Axis} */
function uprightAxis({ names, format }) {
  const places = names?.map((_, index) => index);
  return axis({
    size: 112,
    space: 26,
    values: (_, ticks) => ticks.map(format),
    ...(places && { splits: () => places }),
  });
}

/** @param {Run} run @param {Bound | null} bound @returns {Line[]} */
function loadLines(run, bound) {
  const optimum = bound === null ? [] : [{ title: 'optimum', values: at(bound, run.timeSeconds) }];
  return [
    { title: 'arrivals', colour: 'soft', values: run.arrivals, filled: true },
    { title: 'ready capacity', colour: 'ready', values: run.readyCapacity, stepped: true },
    { title: 'with booting VMs', colour: 'booting', values: run.bootingCapacity, stepped: true, dashed: true },
    ...optimum.map((line) => ({ ...line, colour: 'bound', stepped: true })),
    { title: 'spilled', colour: 'spill', values: run.spilled, filled: true },
  ];
}

/** The optimum at the times of a run, which may decide by another clock. @param {Bound} bound @param {number[]} times */
function at({ timeSeconds, capacity }, times) {
  let index = 0;
  return times.map((time) => {
    while (index + 1 < timeSeconds.length && (timeSeconds[index + 1] ?? 0) <= time) index++;
    return capacity[index] ?? null;
  });
}

/** VMs pool on pool, and on them what Lambda serves: the upper edges, the highest first. @param {Data} data @param {Run} run @returns {Line[]} */
function kindLines(data, run) {
  const pools = run.poolCapacity.length > 0 ? run.poolCapacity : [run.readyCapacity];
  const names = run.poolCapacity.length > 0 ? data.pools : ['VMs'];
  const kinds = [...pools, run.spilled];
  const lines = kinds.map((_, kind) => ({
    title: kind === pools.length ? 'and Lambda' : kind === 0 ? (names[0] ?? '') : `and ${names[kind]}`,
    colour: kind === pools.length ? 'spill' : `policy-${kind % 8}`,
    values: sumOf(kinds.slice(0, kind + 1)),
    stepped: true,
    filled: true,
  }));
  return [...lines.reverse(), { title: 'arrivals', colour: 'ink', values: run.arrivals }];
}

/** @param {Column[]} columns @returns {Column} */
function sumOf(columns) {
  return (columns[0] ?? []).map((_, point) => columns.reduce((sum, column) => sum + (column[point] ?? 0), 0));
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
  return data.pools.flatMap((pool, index) => {
    const drawn = { colour: `policy-${index % 8}`, stepped: true };
    return [
      { ...drawn, title: `${pool} ready`, values: run.readyVms[index] ?? [] },
      { ...drawn, title: `${pool} desired`, values: run.desiredVms[index] ?? [], dashed: true },
    ];
  });
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
