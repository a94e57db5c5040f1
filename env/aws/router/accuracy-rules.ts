import { idleShare, type Ladder, ladder, longestWaitSeconds } from '../../physics/budgets.ts';
import type { ServiceProfile } from '../../types.ts';

/*
 * The accuracy budget (profile.budgets.accuracy) request by request: the credit of env/physics/budgets.ts is a variable of HAProxy's
 * process, in millionths, that begins anew with the process. It is kept far above 0, since HAProxy 2.6 adds two negative numbers wrongly.
 */
const millionths = 1_000_000;
export const noCredit = 1_000_000_000_000_000;

/** For the section `global`. */
export const creditStart = `set-var proc.credit int(${noCredit})`;

/** Which variant answers: a smaller one where the last slot goes and the credit pays, a larger one where many slots are idle. */
export function answerRules(profile: ServiceProfile): string[] {
  return [
    '# The accuracy budget: a smaller variant before a request spills, while credit pays for it; a larger one where slots are idle.',
    ...idleRules(profile),
    'http-request set-var(txn.answer) var(txn.variant)',
    ...profile.variants.flatMap(({ name }, variant) => {
      const rungs = firstLadder(profile, variant);
      return rungs === null ? [] : rungRules(profile, name, rungs);
    }),
  ];
}

/** As the first pool that runs it climbs. */
function firstLadder(profile: ServiceProfile, variant: number): Ladder | null {
  for (let pool = 0; pool < profile.pools.length; pool++) {
    const found = ladder(profile, pool, variant);
    if (found !== null) return found;
  }
  return null;
}

function idleRules({ pools }: ServiceProfile): string[] {
  const sums = pools.flatMap(({ name, slots }, index) => {
    const [idle, all] = index === 0 ? ['', ''] : [',add(txn.idle)', ',add(txn.all)'];
    return [
      `http-request set-var(txn.idle) be_conn_free(pool.${name})${idle}`,
      `http-request set-var(txn.all) nbsrv(pool.${name}),mul(${slots})${all}`,
    ];
  });
  const perReserve = Math.round(1 / idleShare);
  return [
    ...sums,
    'acl is_pressed var(txn.idle) -m int le 1',
    'acl has_idle var(txn.idle) -m int ge 2',
    // The reserve is a share of the slots: those idle beside this one, times its inverse, are not fewer than the slots.
    `acl has_reserve var(txn.idle),sub(1),mul(${perReserve}),sub(txn.all) ge 0`,
  ];
}

function rungRules(profile: ServiceProfile, name: string, { smaller, larger }: Ladder): string[] {
  const { variants, accuracyFloor, serviceCv, slo } = profile;
  const isInForce = `{ var(txn.variant) -m str ${name} }`;
  const rules: string[] = [];
  if (smaller) {
    const price = creditOf(accuracyFloor - smaller.accuracy);
    const pays = `{ var(proc.credit) -m int ge ${noCredit + Math.max(0, price)} }`;
    rules.push(answer(variants[smaller.variant]!.name, `is_pressed ${isInForce} ${pays}`));
  }
  if (larger) {
    const quick = slo.classes.filter(({ deadlineMs }) => longestWaitSeconds(larger, serviceCv, deadlineMs) >= 0);
    const isQuick = `{ var(txn.class) -m str ${quick.map((one) => one.name).join(' ')} }`;
    if (quick.length > 0) {
      rules.push(answer(variants[larger.variant]!.name, `has_idle has_reserve ${isInForce} ${isQuick}`));
    }
  }
  return rules;
}

const answer = (variant: string, condition: string) =>
  `http-request set-var(txn.answer) str(${variant}) if ${condition}`;

/** Whoever is less right than the floor is paid for when sent, so that no two spend the same credit; who is more right pays when answered. */
export function creditRules({ variants, accuracyFloor }: ServiceProfile): string[] {
  return variants.flatMap(({ name, accuracy }) => {
    const credit = creditOf(accuracy - accuracyFloor);
    if (credit === 0) return [];
    const [when, change] = credit < 0 ? ['http-request', `sub(${-credit})`] : ['http-response', `add(${credit})`];
    const isAnswer = `{ var(txn.answer) -m str ${name} }`;
    return [`${when} set-var(proc.credit) var(proc.credit),${change} if ${isAnswer}`];
  });
}

/** Rounded down, so that rounding never spends. */
const creditOf = (accuracy: number) => Math.floor(accuracy * millionths + 1e-6);
