import { escapeHtml } from '../policies/report/escape.ts';
import { htmlPage } from '../policies/report/html-page.ts';
import type { Sensitivity } from '../studies/experiment.ts';
import type { Figure } from '../studies/figure.ts';
import { allFigures, type Reproduced, type Reproduction } from '../studies/reproduction.ts';
import { scoreOf } from '../studies/score.ts';
import { missReasons, scoreSentence, shownFigure } from '../studies/shown.ts';
import { short } from './reproduce-table.ts';

/** One HTML file that carries its style, and asks the network for nothing. `styles` are those of the report. */
export function reproductionPage(reproduction: Reproduction, styles: string): string {
  const { experiments, version, seed, traces } = reproduction;
  const score = scoreOf(allFigures(reproduction));
  const facts: [string, string][] = [
    ['Predicted', `${score.predicted.held} of ${score.predicted.of} hold`],
    ['Calibrated', `${score.calibrated.held} of ${score.calibrated.of} hold`],
    ['Inputs', `${score.inputs}`],
    ['Traces', traces ? 'real ones where an experiment has them' : 'generators only'],
    ['Seed', `${seed}`],
    ['Version', version],
  ];
  const body = `<header>
<p class="kicker">spillway reproduce</p>
<h1>Published experiments, and what the simulator makes of them</h1>
<ul class="verdicts"><li>${escapeHtml(scoreSentence(score))}</li></ul>
<dl class="facts">${facts.map(([name, said]) => `<div><dt>${name}</dt><dd>${escapeHtml(said)}</dd></div>`).join('\n')}</dl>
</header>
${experiments.map(experimentSection).join('\n')}`;
  return htmlPage({
    title: 'Spillway: published experiments reproduced',
    styles: `${styles}\n${ownStyles}`,
    body,
    allows: ['img-src data:'],
  });
}

const ownStyles = `
td.text { text-align: left; white-space: normal; }
.figures tbody th { font-weight: 400; white-space: normal; min-width: 220px; }
.figures tr.input { color: var(--soft); }
.reasons { margin: 10px 0; padding-left: 18px; }
`;

function experimentSection(one: Reproduced): string {
  return `<section id="${escapeHtml(one.name)}">
<h2>${escapeHtml(one.title)}</h2>
<p class="note">${escapeHtml(`${one.name}. ${one.source}. ${scoreSentence(scoreOf(one.figures))}`)}</p>
<div class="scroll"><table class="figures">
<thead><tr><th>Figure</th><th>Paper</th><th>Ours</th><th>Error</th><th>Role</th><th>Tolerance</th><th>Holds</th></tr></thead>
<tbody>${one.figures.map(figureRow).join('\n')}</tbody>
</table></div>
${list(
  'Missed, and why',
  missReasons(one.figures).map(({ names, because }) => `${names.join('; ')}. ${because}`),
)}
${list('Assumed', one.assumptions)}
${list(
  'Fitted by this run',
  one.fits.map((fit) => `${fit.parameter}: ${short(fit.value)} ${fit.unit}, to ${fit.to}`),
)}
${one.sensitivities.map(sensitivityTable).join('\n')}
</section>`;
}

function figureRow(figure: Figure): string {
  const { name, paper, ours, error, role, tolerance, holds } = shownFigure(figure);
  const kind = role === 'input' ? ' class="input"' : '';
  const missed = holds === 'NO' ? ' class="missed"' : '';
  return `<tr${kind}><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(paper)}</td><td>${escapeHtml(ours)}</td><td${missed}>${escapeHtml(error)}</td><td>${role}</td><td>${escapeHtml(tolerance)}</td><td${missed}>${holds === 'NO' ? 'no' : holds}</td></tr>`;
}

function list(title: string, sentences: readonly string[]): string {
  if (sentences.length === 0) return '';
  const items = sentences.map((one) => `<li>${escapeHtml(one)}</li>`).join('\n');
  return `<h3>${title}</h3>\n<ul class="reasons">${items}</ul>`;
}

function sensitivityTable({ parameter, columns, rows }: Sensitivity): string {
  const head = columns.map((one) => `<th>${escapeHtml(one)}</th>`).join('');
  const body = rows
    .map(
      (row) =>
        `<tr><th scope="row">${escapeHtml(row.value)}</th>${row.cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}</tr>`,
    )
    .join('\n');
  return `<h3>Sensitivity to ${escapeHtml(parameter)}</h3>
<div class="scroll"><table><thead><tr><th></th>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}
