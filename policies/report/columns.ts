import { formatInterval, formatRatio } from '../evaluation/format.ts';
import type { Interval } from '../evaluation/interval.ts';
import { escapeHtml } from './escape.ts';

/** A column of a table of the report; `cell` answers HTML. */
export interface Column<One> {
  readonly title: string;
  readonly hint: string;
  readonly cell: (one: One) => string;
  readonly isMissed?: (one: One) => boolean;
}

export interface Heading {
  /** HTML. */
  readonly text: string;
  readonly attributes: string;
  readonly rowClass: string;
}

/** A table with a first column of row headings, which scrolls where it is wider than the page. */
export function reportTable<One>(
  rows: readonly One[],
  columns: readonly Column<One>[],
  heading: (one: One) => Heading,
  className: string,
): string {
  const heads = columns.map(({ title, hint }) => `<th title="${escapeHtml(hint)}">${escapeHtml(title)}</th>`).join('');
  const body = rows.map((one) => {
    const { text, attributes, rowClass } = heading(one);
    const cells = columns.map(
      ({ cell, isMissed }) => `<td${isMissed?.(one) ? ' class="missed"' : ''}>${cell(one)}</td>`,
    );
    return `<tr class="${rowClass}"><th scope="row"${attributes}>${text}</th>${cells.join('')}</tr>`;
  });
  return `<div class="scroll"><table class="${className}">
<thead><tr><th>Policy</th>${heads}</tr></thead>
<tbody>${body.join('\n')}</tbody>
</table></div>`;
}

/** A value with its interval below it. */
export function withInterval(interval: Interval | null, format: (value: number) => string = formatRatio): string {
  if (interval === null) return '-';
  const { value, low, high } = interval;
  return low === high ? format(value) : `${format(value)}<small>${formatInterval(low, high, format)}</small>`;
}

export function badge(kind: 'best' | 'miss' | 'yardstick', text: string, hint = text): string {
  return ` <span class="badge ${kind}" title="${escapeHtml(hint)}">${escapeHtml(text)}</span>`;
}

export function swatch(colour: string): string {
  return `<i class="swatch" style="background:${colour}"></i>`;
}
