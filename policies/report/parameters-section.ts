import type { Evaluation, Result } from '../evaluation/json.ts';
import { escapeHtml } from './escape.ts';

/** The parameters that every policy ran with, and where they come from. */
export function parametersSection(evaluation: Evaluation): string {
  const { results, tuning } = evaluation;
  const rows = [...new Set(results.map((one) => one.policy))].map((policy) => {
    const settings = distinct(results.filter((one) => one.policy === policy));
    return `<tr><th scope="row">${escapeHtml(policy)}</th><td>${settings.map(escapeHtml).join('<br>')}</td></tr>`;
  });
  const source =
    tuning === null
      ? 'As named on the command line, else each policy’s defaults.'
      : `${tuning.policies.join(', ')} ${tuning.policies.length === 1 ? 'has' : 'have'} the parameters of ${tuning.file}: tuned with a budget of ${tuning.budget} settings each on ` +
        `${tuning.traces.join(', ')}${tuning.isSameService ? '' : ', for another service'}. All others: as named on the command line, else each policy’s defaults.`;
  return `<section class="parameters">
<h2>Parameters of the policies</h2>
<p class="note">${escapeHtml(source)}</p>
<div class="scroll"><table><tbody>${rows.join('\n')}</tbody></table></div>
</section>`;
}

/** One, unless it ran with others on other traces. */
function distinct(results: readonly Result[]): string[] {
  const texts = results.map(({ parameters }) => {
    const values = Object.entries(parameters).map(([name, value]) => `${name} = ${value}`);
    return values.join(', ') || 'none';
  });
  return [...new Set(texts)];
}
