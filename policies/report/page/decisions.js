/** @import { Data, Decisions, Run } from './chart.js' */
import { clock, percent } from './chart.js';
import { shortMs } from './latency.js';

/**
 * The decisions of a run as a table that can be searched. `onChoose` hears the time of a row that is clicked.
 * @param {Element} box @param {Data} data @param {Run} run @param {(seconds: number) => void} onChoose
 */
export function showDecisions(box, data, run, onChoose) {
  const { rows, reasons, omitted } = run.decisions;
  const entries = rows.map((row, index) => ({
    seconds: row[0],
    cells: cellsOf(data, row, reasons),
    isChange: index === 0 || actionOf(row) !== actionOf(rows[index - 1] ?? row),
  }));
  const search = element('input', { type: 'search', placeholder: 'Search decisions and reasons' });
  const onlyChanges = element('input', { type: 'checkbox' });
  const count = element('span', {});
  const body = element('tbody', {});
  const show = () => {
    const wanted = search.value.toLowerCase();
    const shown = entries.filter(
      (entry) => (entry.isChange || !onlyChanges.checked) && entry.cells.join(' ').toLowerCase().includes(wanted),
    );
    body.replaceChildren(...shown.map((entry) => tableRow(entry, onChoose)));
    count.textContent = `${shown.length} of ${entries.length + omitted} decisions${omitted > 0 ? '; repeats and the last of very many are left out' : ''}`;
  };
  search.addEventListener('input', show);
  onlyChanges.addEventListener('change', show);
  const label = element('label', {});
  label.append(onlyChanges, ' only changes');
  const tools = element('div', { className: 'tools' });
  tools.append(search, label, count);
  const frame = element('div', { className: 'rows' });
  const table = element('table', {});
  table.append(tableHead(data), body);
  frame.append(table);
  box.replaceChildren(tools, frame);
  show();
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {object} properties of the new element
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

/** @param {Data} data */
function tableHead(data) {
  const titles = [
    'Time',
    ...data.pools,
    'Variant',
    'Memory',
    data.router === 'weights' ? 'To Lambda' : 'Wait limits',
    'Reason',
  ];
  const head = element('thead', {});
  const row = element('tr', {});
  row.append(...titles.map((title) => element('th', { textContent: title })));
  head.append(row);
  return head;
}

/** @param {{ seconds: number, cells: string[] }} entry @param {(seconds: number) => void} onChoose */
function tableRow(entry, onChoose) {
  const row = element('tr', {});
  row.append(...entry.cells.map((text) => element('td', { textContent: text })));
  row.addEventListener('click', () => onChoose(entry.seconds));
  return row;
}

/** @param {Data} data @param {Decisions['rows'][number]} row @param {string[]} reasons */
function cellsOf(data, [seconds, vms, variant, memoryMb, limits, lambdaShare, reason], reasons) {
  const spill =
    data.router === 'weights'
      ? percent(lambdaShare)
      : limits.map((limit) => (limit === null ? 'never' : shortMs(limit))).join(', ');
  return [
    clock(seconds),
    ...vms.map(String),
    data.variants[variant] ?? '',
    `${memoryMb} MB`,
    spill,
    reasons[reason] ?? '',
  ];
}

/** The action alone, without time and reason. @param {Decisions['rows'][number]} row */
function actionOf(row) {
  return JSON.stringify(row.slice(1, 6));
}

/** The reason in force at a time. @param {Run} run @param {number} seconds */
export function reasonAt(run, seconds) {
  const { rows, reasons } = run.decisions;
  const row = rows.findLast(([time]) => time <= seconds);
  return row === undefined ? '' : `${clock(row[0])}  ${reasons[row[6]] ?? ''}`;
}
