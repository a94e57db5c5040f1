import { type Document, isAlias, isCollection, isMap, parseDocument, type YAMLMap } from 'yaml';
import type { ServiceProfile } from '../types.ts';
import type { PlaceFit, ProfileFit } from './fit.ts';

/**
 * The profile's file with what was fitted in place of what it said, its comments kept. Memory tiers that only the samples have are added; what was
 * not measured stays as it is.
 */
export function fittedProfile(text: string, profile: ServiceProfile, fit: ProfileFit): string {
  const document = parseDocument(text);
  const write = (path: readonly string[], value: number | readonly (number | null)[], comment: string) => {
    const node = document.createNode(value);
    if (isCollection(node)) node.flow = true;
    node.comment = ` ${comment}`;
    const parent = sectionAt(document, path.slice(0, -1));
    if (parent === null) return document.setIn(path, node);
    // A comment after a value of a one-line section would swallow the rest of the line.
    parent.flow = false;
    parent.set(path.at(-1), node);
  };
  for (const one of fit.places) {
    if (one.pool === null) continue;
    for (const pool of [one.pool, ...one.alike]) {
      write(['pools', pool, 'serviceMs', one.variant], rounded(one.serviceMs), sizeText(one.samples));
    }
  }
  if (fit.places.some(({ pool }) => pool === null)) writeLambda(profile, fit, write);
  if (fit.serviceCv !== null) write(['serviceCv'], rounded(fit.serviceCv), 'fitted: pooled over all places');
  if (fit.batchMarginal !== null)
    write(['lambda', 'batchMarginal'], rounded(fit.batchMarginal), 'fitted: least squares');
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Also where an alias (`*times`) stands for it: then what it names, and so all that share it. Null: it is not there. */
function sectionAt(document: Document, path: readonly string[]): YAMLMap | null {
  let node: unknown = document.contents;
  for (const step of path) {
    const next = isMap(node) ? node.get(step, true) : null;
    node = isAlias(next) ? next.resolve(document) : next;
  }
  return isMap(node) ? node : null;
}

type Write = (path: readonly string[], value: readonly (number | null)[], comment: string) => void;

function writeLambda({ variants, lambda }: ServiceProfile, { places }: ProfileFit, write: Write): void {
  const measured = places.filter(({ pool }) => pool === null);
  const memoryMb = [...new Set([...lambda.memoryMb, ...measured.map((one) => one.memoryMb!)])].sort((a, b) => a - b);
  write(['lambda', 'memoryMb'], memoryMb, 'those of the profile and those measured');
  variants.forEach(({ name }, variant) => {
    const found = memoryMb.map((memory) => measured.find((one) => one.variant === name && one.memoryMb === memory));
    const before = (table: readonly (readonly (number | null)[])[], memory: number) =>
      table[variant]?.[lambda.memoryMb.indexOf(memory)] ?? null;
    const tiers = memoryMb.map((memory, tier) => ({ fit: found[tier], memory }));
    write(
      ['lambda', 'serviceMs', name],
      tiers.map(({ fit, memory }) => (fit ? rounded(fit.serviceMs) : before(lambda.serviceMs, memory))),
      commentOf(found, ({ samples }) => samples),
    );
    write(
      ['lambda', 'coldStartMs', name],
      tiers.map(({ fit, memory }) => coldStart(fit, before(lambda.coldStartMs, memory))),
      commentOf(found, ({ coldSamples }) => coldSamples),
    );
  });
}

/** A new tier without a cold answer cannot be told: its cold start is that of no tier. */
function coldStart(fit: PlaceFit | undefined, before: number | null): number | null {
  return fit === undefined || fit.coldStartMs === null ? before : rounded(fit.coldStartMs);
}

/** Of a list with a value per memory tier: how many samples are behind it, and at which tiers. */
function commentOf(found: readonly (PlaceFit | undefined)[], samplesOf: (one: PlaceFit) => number): string {
  const measured = found.filter((one) => one !== undefined && samplesOf(one) > 0);
  if (measured.length === 0) return 'not measured: as before';
  const tiers = measured.map((one) => one!.memoryMb).join(', ');
  return `${sizeText(measured.reduce((sum, one) => sum + samplesOf(one!), 0))} at ${tiers} MB`;
}

function sizeText(samples: number): string {
  return `fitted: ${samples} ${samples === 1 ? 'sample' : 'samples'}`;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
