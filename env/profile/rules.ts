import { didYouMean } from '../did-you-mean.ts';
import { shown } from '../shown.ts';
import { dotted, type Path, type YamlSource } from '../yaml-source.ts';
import type { ProfileFile } from './schema.ts';

/** What fields of a profile must keep to together. Refuses through the source, which knows the lines. */
export function checkRules(file: ProfileFile, source: YamlSource): void {
  checkTimes(file, source);
  checkClasses(file, source);
  checkPools(file, source);
  checkLambda(file, source);
  checkFloor(file, source);
}

function checkTimes({ decisionSeconds, metrics }: ProfileFile, source: YamlSource): void {
  const { binSeconds, delaySeconds } = metrics;
  if (decisionSeconds % binSeconds !== 0) {
    source.refuseField(
      ['metrics', 'binSeconds'],
      `is ${binSeconds}, but must divide decisionSeconds, which is ${decisionSeconds}: change one of them.`,
    );
  }
  if (delaySeconds % binSeconds !== 0) {
    source.refuseField(
      ['metrics', 'delaySeconds'],
      `is ${delaySeconds}, but must be 0 or a multiple of metrics.binSeconds, which is ${binSeconds}: round it to one.`,
    );
  }
}

function checkClasses({ slo, clientTimeoutMs }: ProfileFile, source: YamlSource): void {
  const path = ['slo', 'classes'];
  const classes = Object.values(slo.classes);
  const total = classes.reduce((sum, one) => sum + one.share, 0);
  if (Math.abs(total - 1) > 1e-6) {
    source.refuseField(
      path,
      `has shares that add to ${Number(total.toPrecision(9))}, but must add to 1: change the share of a class.`,
    );
  }
  if ('all' in slo.classes) {
    source.refuseField([...path, 'all'], 'has a name that reports use for all classes together: rename it.');
  }
  const slowest = Math.max(...classes.map((one) => one.deadlineMs));
  if (clientTimeoutMs < slowest) {
    source.refuseField(
      ['clientTimeoutMs'],
      `is ${clientTimeoutMs}, but must be at least the longest deadlineMs, which is ${slowest}: raise it.`,
    );
  }
}

function checkPools(file: ProfileFile, source: YamlSource): void {
  for (const [name, pool] of Object.entries(file.pools)) {
    const path = ['pools', name];
    if (pool.max < pool.min) {
      source.refuseField([...path, 'max'], `is ${pool.max}, but must be at least min, which is ${pool.min}: raise it.`);
    }
    checkVariantNames(pool.serviceMs, [...path, 'serviceMs'], file, source);
    const slowestSeconds = Math.max(...Object.values(pool.serviceMs).map((ms) => ms ?? 0)) / 1000;
    if (slowestSeconds === 0) {
      source.refuseField(
        [...path, 'serviceMs'],
        'is null for every variant, but must have a number: state one, or remove the pool.',
      );
    }
    const least = `must be at least the pool's longest service time, which is ${slowestSeconds} s`;
    if (pool.drainSeconds < slowestSeconds) {
      source.refuseField([...path, 'drainSeconds'], `is ${pool.drainSeconds}, but ${least}: raise it.`);
    }
    if (pool.spot && pool.spot.noticeSeconds < slowestSeconds) {
      source.refuseField(
        [...path, 'spot', 'noticeSeconds'],
        `is ${pool.spot.noticeSeconds}, but ${least}, so that what is in service ends before the VM is gone: raise it, or run the slow variants elsewhere.`,
      );
    }
  }
}

function checkLambda(file: ProfileFile, source: YamlSource): void {
  const { memoryMb, serviceMs, coldStartMs } = file.lambda;
  const falling = memoryMb.findIndex((memory, tier) => tier > 0 && memory <= memoryMb[tier - 1]!);
  if (falling > 0) {
    source.refuseField(
      ['lambda', 'memoryMb', falling],
      `is ${memoryMb[falling]}, but must be above the ${memoryMb[falling - 1]} before it: list the tiers rising.`,
    );
  }
  for (const [field, table] of Object.entries({ serviceMs, coldStartMs })) {
    checkVariantNames(table, ['lambda', field], file, source);
    for (const [variant, row] of Object.entries(table)) {
      if (row.length === memoryMb.length) continue;
      source.refuseField(
        ['lambda', field, variant],
        `has ${row.length} values, but must have ${memoryMb.length}, one per memory tier: use null where the variant does not fit.`,
      );
    }
  }
  for (const variant of Object.keys({ ...serviceMs, ...coldStartMs })) checkFit(file, variant, source);
}

/** A variant fits a tier in both tables or in neither. */
function checkFit({ lambda }: ProfileFile, variant: string, source: YamlSource): void {
  lambda.memoryMb.forEach((memory, tier) => {
    const served = lambda.serviceMs[variant]?.[tier] ?? null;
    const started = lambda.coldStartMs[variant]?.[tier] ?? null;
    if ((served === null) === (started === null)) return;
    const field = served === null ? 'serviceMs' : 'coldStartMs';
    const other = served === null ? 'coldStartMs' : 'serviceMs';
    source.refuseField(
      ['lambda', field, variant],
      `has no number at ${memory} MB, but must have one because ${other} has: state both, or null in both.`,
    );
  });
}

function checkFloor(file: ProfileFile, source: YamlSource): void {
  const { variants, accuracyFloor } = file;
  const onPool = (name: string) => Object.values(file.pools).some((pool) => (pool.serviceMs[name] ?? null) !== null);
  const onLambda = (name: string) => (file.lambda.serviceMs[name] ?? []).some((ms) => ms !== null);
  const names = Object.keys(variants);
  const idle = names.find((name) => !onPool(name) && !onLambda(name));
  if (idle !== undefined) {
    source.refuseField(
      ['variants', idle],
      'runs on no pool and no Lambda tier, but must run on one: give it a serviceMs, or remove it.',
    );
  }
  const good = names.filter((name) => variants[name]!.accuracy >= accuracyFloor);
  if (good.length === 0) {
    const best = Math.max(...Object.values(variants).map(({ accuracy }) => accuracy));
    source.refuseField(
      ['accuracyFloor'],
      `is ${accuracyFloor}, but must be at most ${best}, the accuracy of the best variant: lower it, or add a better variant.`,
    );
  }
  if (!good.some((name) => onPool(name) && onLambda(name))) {
    source.refuseField(
      ['accuracyFloor'],
      `is ${accuracyFloor}, but one variant that reaches it (${good.join(', ')}) must run both on a pool and on a Lambda tier: add its serviceMs there, or lower the floor; docs/profile.md says what to write where Lambda cannot serve it.`,
    );
  }
}

function checkVariantNames(table: object, path: Path, file: ProfileFile, source: YamlSource): void {
  const known = Object.keys(file.variants);
  const unknown = Object.keys(table).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const question = didYouMean(unknown, known) || '.';
  source.refuse(
    [...path, unknown],
    `${dotted(path)} names ${shown(unknown)}, but must name variants (${known.join(', ')}): correct it or remove it${question}`,
  );
}
