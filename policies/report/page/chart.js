/**
 * The page's drawing hand: one uPlot chart in a box, in the page's colours, as wide as the box.
 * These files are modules to the reader and to the type checker; assets.ts joins them into the one script of a report.
 *
 * @typedef {(number | null)[]} Column
 * @typedef {{ title: string, colour: string, values: Column, format?: (value: number) => string, dashed?: boolean,
 *   filled?: boolean, stepped?: boolean }} Line
 * @typedef {{ rows: [number, number[], number, number, Column, number, number][], reasons: string[], omitted: number }} Decisions
 * @typedef {{ secondsPerPoint: number, timeSeconds: number[], arrivals: Column, spilled: Column, readyCapacity: Column,
 *   bootingCapacity: Column, poolCapacity: Column[], spilledShare: Column, missedShare: Column, desiredVms: Column[], readyVms: Column[], variant: Column,
 *   lambdaMemoryMb: Column, maxWaitMs: Column[], lambdaShare: Column, decisions: Decisions }} Run
 * @typedef {{ timeSeconds: number[], capacity: Column }} Bound
 * @typedef {{ name: string, latency: { ms: number[], shares: (number[] | null)[] }, runs: (Run | null)[], bound: Bound | null }} Trace
 * @typedef {{ classes: { name: string, deadlineMs: number }[], pools: string[], variants: string[], router: string,
 *   warmUpSeconds: number, policies: string[], traces: Trace[] }} Data
 */

/** What the page's styles call a colour, as the canvas needs it. @param {string} name */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** 3-4 digits that matter. @param {number} value */
export function plain(value) {
  return value.toLocaleString('en-US', { maximumSignificantDigits: Math.abs(value) >= 1000 ? 6 : 4 });
}

/** @param {number} value */
export function percent(value) {
  return `${plain(value * 100)}%`;
}

/** Hours and minutes since the start of the trace, with seconds where they matter. @param {number} seconds */
export function clock(seconds) {
  const two = (/** @type {number} */ part) => String(Math.floor(part)).padStart(2, '0');
  const rest = seconds % 60 === 0 ? '' : `:${two(seconds % 60)}`;
  return `${Math.floor(seconds / 3600)}:${two((seconds % 3600) / 60)}${rest}`;
}

/** @param {Line} line @returns {uPlot.Series} */
export function series(line) {
  const stepped = uPlot.paths.stepped;
  return {
    label: line.title,
    stroke: colour(line.colour),
    width: 1.5,
    points: { show: false },
    value: (_, value) => (value === null || value === undefined ? '-' : (line.format ?? plain)(value)),
    ...(line.dashed && { dash: [6, 4] }),
    ...(line.filled && { fill: `${colour(line.colour)}33` }),
    ...(line.stepped && stepped && { paths: stepped({ align: 1 }) }),
  };
}

/** @param {Partial<uPlot.Axis>} more @returns {uPlot.Axis} */
export function axis(more) {
  return {
    stroke: colour('soft'),
    grid: { stroke: colour('line'), width: 1 },
    ticks: { stroke: colour('line'), width: 1 },
    font: '12px system-ui, sans-serif',
    ...more,
  };
}

/**
 * Draws, and follows the width of the box from then on.
 * @param {Element} box @param {string} title @param {Omit<uPlot.Options, 'width'>} options @param {uPlot.AlignedData} values
 */
export function draw(box, title, options, values) {
  const holder = document.createElement('div');
  holder.className = 'chart';
  if (title !== '') holder.append(Object.assign(document.createElement('h3'), { textContent: title }));
  box.append(holder);
  /** @type {uPlot.Legend} */
  const legend = { markers: { dash: (drawn, index) => (drawn.series[index]?.dash ? 'dashed' : 'solid') } };
  const plot = new uPlot({ ...options, legend, width: Math.max(240, holder.clientWidth) }, values, holder);
  new ResizeObserver(() => {
    if (holder.clientWidth > 0 && holder.clientWidth !== plot.width) {
      plot.setSize({ width: holder.clientWidth, height: options.height });
    }
  }).observe(holder);
  return plot;
}

/**
 * A dashed upright line with its name.
 * @param {uPlot} plot @param {number} value @param {string} name @param {number} row keeps names apart
 */
export function mark(plot, value, name, row) {
  const { ctx, bbox } = plot;
  const x = plot.valToPos(value, 'x', true);
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour('ink');
  ctx.setLineDash([6, 4]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'right';
  ctx.fillText(name, x - 6 * devicePixelRatio, bbox.top + bbox.height - (10 + 16 * row) * devicePixelRatio);
  ctx.restore();
}
