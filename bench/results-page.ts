import picocolors from 'picocolors';
import type { Evaluation } from '../policies/evaluation/json.ts';
import { matrixTable, standingsTable } from '../policies/evaluation/standings-table.ts';
import { type Matrices, ratioTable } from './ratio-tables.ts';

/** Wide enough for what matters of a policy over all traces. */
const width = 160;
const paint = picocolors.createColors(false);

/**
 * A page with its tables written anew. A table lies between two comments, `<!-- table: NAME -->` and `<!-- end of table -->`: NAME is that of a matrix of
 * runs (`unseen-rho-4-fleet-5`), with `, standings` behind it if costs trace by trace are to be left out, or that of one of the tables of ratios over several. A table of which no
 * matrix is there stays as it is, and is told.
 */
export function withTables(page: string, matrices: Matrices, tell: (missing: string) => void): string {
  return page.replace(tablePattern, (old, open: string, name: string, isBrief: string | undefined, close: string) => {
    const table = ratioTable(name, matrices) ?? fenced(matrices(name), isBrief !== undefined);
    if (table === null) tell(name);
    return table === null ? old : `${open}\n${table}\n${close}`;
  });
}

const tablePattern = /(<!-- table: ([\w.-]+)(, standings)? -->)\n[\s\S]*?(<!-- end of table -->)/g;

function fenced(evaluation: Evaluation | null, isBrief: boolean): string | null {
  if (evaluation === null) return null;
  const tables = [standingsTable, ...(isBrief ? [] : [matrixTable])].map((one) => one(evaluation, paint, width));
  const lines = tables.join('\n\n').split('\n');
  return ['```text', ...lines.map((line) => line.trimEnd()), '```'].join('\n');
}
