import { formatAttainment, formatCount, formatMs, formatShare, formatUsd } from '../evaluation/format.ts';
import type { Ranked } from '../evaluation/ranking.ts';
import { escapeHtml } from './escape.ts';

interface Column {
  readonly title: string;
  readonly hint: string;
  readonly cell: (one: Ranked) => string;
  readonly isMissed?: (one: Ranked) => boolean;
}

/** The results of one trace, best first. `colourOf` answers the CSS colour of a policy. */
export function rankingTable(ranked: readonly Ranked[], colourOf: (policy: string) => string): string {
  const columns = columnsOf(ranked);
  const heads = columns.map(({ title, hint }) => `<th title="${escapeHtml(hint)}">${escapeHtml(title)}</th>`).join('');
  const rows = ranked.map((one) => row(one, columns, colourOf)).join('\n');
  return `<div class="scroll"><table class="ranking">
<thead><tr><th>Policy</th>${heads}</tr></thead>
<tbody>${rows}</tbody>
</table></div>
<details class="parameters"><summary>Parameters of the policies</summary><ul>${ranked.map(parametersOf).join('')}</ul></details>`;
}

function parametersOf(one: Ranked): string {
  const values = Object.entries(one.parameters).map(([name, value]) => `${name} = ${value}`);
  return `<li><b>${escapeHtml(one.policy)}</b>: ${escapeHtml(values.join(', ') || 'none')}</li>`;
}

function columnsOf(ranked: readonly Ranked[]): Column[] {
  const classes = Object.keys(ranked[0]?.attainment ?? {}).filter((name) => name !== 'all');
  const all: Column[] = [
    {
      title: '$',
      hint: 'Dollars for the judged time, mean over the seeds; below, the range over the seeds',
      cell: dollars,
    },
    { title: '$/M', hint: 'Dollars per million requests', cell: (one) => formatUsd(one.usdPerMillion) },
    {
      title: 'In time',
      hint: 'Share of all requests answered within their deadline',
      cell: (one) => formatAttainment(one.attainment.all),
      isMissed: (one) => one.missesAttainment,
    },
    ...classes.map((name) => ({
      title: name,
      hint: `Share in time of the class ${name}`,
      cell: (one: Ranked) => formatAttainment(one.attainment[name] ?? null),
    })),
    {
      title: 'Accuracy',
      hint: 'Mean accuracy of the answers',
      cell: (one) => formatShare(one.accuracy),
      isMissed: (one) => one.missesAccuracy,
    },
    { title: 'p50', hint: 'Median latency', cell: (one) => formatMs(one.p50Ms) },
    { title: 'p99', hint: '99th percentile of the latency', cell: (one) => formatMs(one.p99Ms) },
    { title: 'Spilled', hint: 'Share of requests sent to Lambda', cell: (one) => formatShare(one.spilledShare) },
    { title: 'Lost', hint: 'Requests given up or throttled', cell: (one) => formatCount(one.lost) },
    { title: 'Cold starts', hint: 'Lambda environments started', cell: (one) => formatCount(one.coldStarts) },
    { title: 'Launches', hint: 'VMs launched', cell: (one) => formatCount(one.launches) },
    { title: 'VM hours', hint: 'VM time billed', cell: (one) => formatCount(one.vmHours) },
  ];
  const regret: Column = {
    title: 'Regret',
    hint: 'Cost above the least that any policy could have spent',
    cell: (one) => formatShare(one.regret),
  };
  return ranked.some((one) => one.regret !== null) ? [...all, regret] : all;
}

function dollars(one: Ranked): string {
  const total = formatUsd(one.usd);
  if (one.seedsUsd.length < 2) return total;
  return `${total}<small>${formatUsd(Math.min(...one.seedsUsd))}–${formatUsd(Math.max(...one.seedsUsd))}</small>`;
}

function row(one: Ranked, columns: readonly Column[], colourOf: (policy: string) => string): string {
  const misses = one.missesAttainment || one.missesAccuracy;
  const cells = columns.map((column) => {
    const isMissed = column.isMissed?.(one) ?? false;
    return `<td${isMissed ? ' class="missed"' : ''}>${column.cell(one)}</td>`;
  });
  const badge = one.isBest
    ? badgeOf('best', 'cheapest that keeps the promise')
    : misses
      ? badgeOf('miss', missText(one))
      : '';
  return `<tr class="${one.isBest ? 'best' : misses ? 'misses' : ''}">
<th scope="row" data-policy="${escapeHtml(one.policy)}"><i class="swatch" style="background:${colourOf(one.policy)}"></i>${escapeHtml(one.policy)}${badge}</th>${cells.join('')}</tr>`;
}

function badgeOf(kind: 'best' | 'miss', text: string): string {
  return ` <span class="badge ${kind}">${escapeHtml(text)}</span>`;
}

function missText(one: Ranked): string {
  if (one.missesAttainment && one.missesAccuracy) return 'misses promise and accuracy floor';
  return one.missesAttainment ? 'misses the promise' : 'misses the accuracy floor';
}
