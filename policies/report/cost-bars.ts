import { formatUsd } from '../evaluation/format.ts';
import type { Ranked } from '../evaluation/ranking.ts';
import { escapeHtml } from './escape.ts';

const kinds = [
  { key: 'vm', title: 'VMs', colour: 'var(--kind-vm)' },
  { key: 'lambdaCompute', title: 'Lambda compute', colour: 'var(--kind-compute)' },
  { key: 'lambdaRequests', title: 'Lambda requests', colour: 'var(--kind-requests)' },
  { key: 'lambdaProvisioned', title: 'Lambda provisioned', colour: 'var(--kind-provisioned)' },
] as const;

const width = 640;
const rowHeight = 30;
const labelWidth = 170;
const valueWidth = 80;
const longestLabel = 25;

/** Dollars by kind, one stacked bar for each policy, best first; kinds that nobody paid for are left out. */
export function costBars(ranked: readonly Ranked[]): string {
  const most = Math.max(...ranked.map((one) => one.usd), 1e-12);
  const scale = (width - labelWidth - valueWidth) / most;
  const spent = kinds.filter(({ key }) => ranked.some((one) => one.usdByKind[key] > 0));
  const rows = ranked.map((one, index) => bar(one, spent, index * rowHeight, scale)).join('\n');
  const key = spent.map(
    ({ title, colour }) => `<span><i class="swatch" style="background:${colour}"></i>${title}</span>`,
  );
  return `<figure><figcaption>Cost by kind <span class="key">${key.join('')}</span></figcaption>
<svg viewBox="0 0 ${width} ${ranked.length * rowHeight}" role="img" aria-label="Cost by kind of each policy">${rows}</svg>
</figure>`;
}

function bar(one: Ranked, spent: readonly (typeof kinds)[number][], top: number, scale: number): string {
  let left = labelWidth;
  const parts = spent.map(({ key, title, colour }) => {
    const length = one.usdByKind[key] * scale;
    const x = left;
    left += length;
    return (
      `<rect x="${x.toFixed(1)}" y="${top + 6}" width="${length.toFixed(1)}" height="${rowHeight - 12}" style="fill:${colour}">` +
      `<title>${title}: $${formatUsd(one.usdByKind[key])}</title></rect>`
    );
  });
  const middle = top + rowHeight / 2;
  const isMissing = one.missesAttainment || one.missesAccuracy;
  return (
    `<g${isMissing ? ' class="misses"' : ''}>` +
    `<text x="${labelWidth - 8}" y="${middle}" class="label end">${escapeHtml(shortLabel(one.policy))}${isMissing ? ' !' : ''}</text>` +
    `${parts.join('')}<text x="${(left + 6).toFixed(1)}" y="${middle}" class="label">$${formatUsd(one.usd)}</text></g>`
  );
}

/** The end of a checkpoint's path says more than its start. */
export function shortLabel(policy: string): string {
  return policy.length <= longestLabel
    ? policy
    : `${policy.slice(0, 6)}…${policy.slice(policy.length - longestLabel + 7)}`;
}
