import type { PlaceFit, ProfileFit } from '../env/profile/fit.ts';
import { placeText } from '../env/profile/place.ts';
import { columns } from './columns.ts';

/** Fewer warm answers than this tell little about a tail. */
const fewSamples = 100;

/** How good a fit is, place by place. */
export function fitText({ places, serviceCv, batchMarginal }: ProfileFit): string {
  const header = ['', 'samples', 'mean ms', '95% of mean', 'p50', 'p95', 'p99', 'distance', 'cold start ms'];
  const rows = columns([header, ...places.map(placeRow)]);
  const few = places.filter(({ samples }) => samples < fewSamples);
  const lines = [
    ...rows,
    '',
    `p50, p95, p99: fitted quantile over measured, less 1; distance: largest gap of the distribution functions`,
    `variation of service times ${serviceCv === null ? 'as before' : serviceCv.toFixed(3)}`,
    `batches on Lambda ${batchMarginal === null ? 'as before' : `add ${percent(batchMarginal)} of a single answer's time per request`}`,
    ...few.map((one) => `few samples: ${placeText(one)} has ${one.samples}; ${fewSamples} and more tell a tail`),
  ];
  return `${lines.join('\n')}\n`;
}

function placeRow(one: PlaceFit): string[] {
  const { p50, p95, p99 } = one.quantileErrors;
  return [
    placeText(one),
    String(one.samples),
    one.serviceMs.toPrecision(4),
    one.meanError === null ? 'unknown' : `±${percent(one.meanError)}`,
    signed(p50),
    signed(p95),
    signed(p99),
    one.distance.toFixed(3),
    one.coldStartMs === null ? 'as before' : `${one.coldStartMs.toPrecision(4)} (${one.coldSamples})`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

function signed(share: number): string {
  return `${share < 0 ? '' : '+'}${percent(share)}`;
}
