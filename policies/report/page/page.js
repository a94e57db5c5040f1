/** @import { Data } from './chart.js' */
import { plain } from './chart.js';
import { reasonAt, showDecisions } from './decisions.js';
import { drawLatency } from './latency.js';
import { drawTimeline } from './timeline.js';

/** Brings the page to life: draws everything, and draws anew when the reader chooses or the colours change. */
function start() {
  const holder = document.getElementById('data');
  if (holder === null) return;
  const data = /** @type {Data} */ (JSON.parse(holder.textContent ?? ''));
  const redrawTimelines = prepareTimelines(data);
  const drawAll = () => {
    for (const box of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-latency]'))) {
      const trace = data.traces[Number(box.dataset.latency)];
      box.replaceChildren();
      if (trace !== undefined) drawLatency(box, data, trace);
    }
    redrawTimelines();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  drawAll();
}

/** Fills the choices, and returns what draws the chosen runs. @param {Data} data */
function prepareTimelines(data) {
  const section = document.querySelector('.timelines');
  const traces = /** @type {HTMLSelectElement | null} */ (section?.querySelector('select.trace') ?? null);
  if (section === null || traces === null) return () => {};
  fill(
    traces,
    data.traces.map((trace) => trace.name),
    0,
  );
  if (data.traces.length < 2) traces.parentElement?.remove();
  const names = [...(document.querySelectorAll('.ranking')[0]?.querySelectorAll('tbody th') ?? [])];
  const sides = [...section.querySelectorAll('.side')];
  const draws = sides.map((side, place) => {
    const policies = /** @type {HTMLSelectElement} */ (side.querySelector('select.policy'));
    fill(policies, data.policies, favourite(data, names, place));
    const show = () => showSide(side, data, Number(traces.value), Number(policies.value));
    policies.addEventListener('change', show);
    return show;
  });
  if (data.policies.length < 2) sides[1]?.remove();
  const drawAll = () => {
    for (const show of draws) show();
  };
  traces.addEventListener('change', drawAll);
  return drawAll;
}

/** The best two of the first ranking that can be run are shown first. @param {Data} data @param {Element[]} names @param {number} place */
function favourite(data, names, place) {
  const rivals = names.filter((one) => one.getAttribute('data-kind') !== 'clairvoyant');
  const name = (rivals[place] ?? names[place])?.getAttribute('data-policy') ?? '';
  return Math.max(0, data.policies.indexOf(name));
}

/** @param {HTMLSelectElement} select @param {string[]} names @param {number} chosen */
function fill(select, names, chosen) {
  select.replaceChildren(...names.map((name, index) => new Option(name, String(index), false, index === chosen)));
}

/** What each side shows. @type {Map<Element, uPlot[]>} */
const drawnAt = new Map();

/** @param {Element} side @param {Data} data @param {number} trace @param {number} policy */
function showSide(side, data, trace, policy) {
  const charts = /** @type {Element} */ (side.querySelector('.charts'));
  const reason = /** @type {Element} */ (side.querySelector('.reason'));
  const decisions = /** @type {Element} */ (side.querySelector('.decisions'));
  const run = data.traces[trace]?.runs[policy] ?? null;
  // A chart that goes must leave the others' synchronisation.
  for (const plot of drawnAt.get(side) ?? []) plot.destroy();
  drawnAt.delete(side);
  charts.replaceChildren();
  decisions.replaceChildren();
  reason.textContent =
    run === null ? 'This run has no timeline.' : 'Point at a chart to read why the policy decided as it did.';
  if (run === null) return;
  const plots = drawTimeline(charts, data, run, data.traces[trace]?.bound ?? null, (seconds) => {
    reason.textContent = reasonAt(run, seconds);
  });
  drawnAt.set(side, plots);
  const resolution = document.querySelector('.resolution');
  if (resolution !== null) {
    resolution.textContent = `A point covers ${plain(run.secondsPerPoint / 60)} min: of the load and the shares its maximum, of the capacity its minimum. The optimum is the fleet of the least cost, all that arrives being known. The shaded start is the warm-up.${constants(data)}`;
  }
  showDecisions(decisions, data, run, pointAt);
}

/** What no run of the page ever changes, in words. @param {Data} data */
function constants(data) {
  const runs = data.traces.flatMap((trace) => trace.runs.filter((run) => run !== null));
  const variants = new Set(runs.flatMap((run) => run.variant));
  const memories = new Set(runs.flatMap((run) => run.lambdaMemoryMb));
  const always = [
    ...(variants.size === 1 ? [`the variant ${data.variants[[...variants][0] ?? 0]}`] : []),
    ...(memories.size === 1 ? [`${plain([...memories][0] ?? 0)} MB of Lambda memory`] : []),
  ];
  return always.length === 0 ? '' : ` All of them use ${always.join(' and ')} throughout.`;
}

/** Puts the cursor of every time chart at a time, and zooms out where it lies beyond what they show. @param {number} seconds */
function pointAt(seconds) {
  const { plots } = uPlot.sync('time');
  for (const plot of plots) {
    const { min, max } = plot.scales.x ?? {};
    const times = plot.data[0];
    if (min != null && max != null && (seconds < min || seconds > max)) {
      plot.setScale('x', { min: times[0] ?? 0, max: times[times.length - 1] ?? 0 });
    }
  }
  // A scale takes force after this turn.
  setTimeout(() => {
    for (const plot of plots) plot.setCursor({ left: plot.valToPos(seconds, 'x'), top: 20 });
  }, 0);
}

start();
