import {
  lambdaBackEnd,
  neverSpills,
  poolBackEnd,
  refused,
  settingsFile,
  tables,
  variantKey,
  waitKey,
} from '../../deployment/router-layout.ts';
import { routerBudgets } from '../../physics/budgets.ts';
import type { ServiceProfile } from '../../types.ts';
import type { VmPool } from '../../vm-pool.ts';
import { mostLambdaBytes } from '../levers/weights.ts';
import { answerRules } from './accuracy-rules.ts';
import { startingVariant } from './map-files.ts';
import { variable, waitRules } from './wait-rules.ts';

/** What the rules are made for. */
export interface Rules {
  readonly deployment: string;
  readonly profile: ServiceProfile;
  /** [variant] Whether it has a Lambda function whose address is known. */
  readonly hasFunction: readonly boolean[];
  /** Of the maps. */
  readonly folder: string;
}

/** Where each request goes: a free slot in the order of the pools, else the shortest line unless its wait is too long, else Lambda. */
export function requestRules(rules: Rules): string[] {
  const { profile } = rules;
  return [
    ...classRules(profile),
    ...settingRules(rules),
    ...(routerBudgets(profile).accuracy ? answerRules(profile) : ['http-request set-var(txn.answer) var(txn.variant)']),
    ...waitRules(profile),
    ...placeRules(rules),
    ...countingRules(),
  ];
}

function classRules({ slo: { classes } }: ServiceProfile): string[] {
  const last = classes.at(-1)!;
  const others = classes.slice(0, -1).flatMap(({ name, deadlineMs }, rank) => {
    const asked = `if { req.hdr(x-class) -m str ${name} }`;
    return [
      `http-request set-var(txn.class) str(${name}) ${asked}`,
      `http-request set-var(txn.deadline) int(${Math.floor(deadlineMs)}) ${asked}`,
      `http-request set-priority-class int(${rank}) ${asked}`,
    ];
  });
  return [
    '# The class: by its header, else the last one. In a line the strictest class is served first.',
    'http-request set-var(txn.start) date(0,ms)',
    `http-request set-var(txn.class) str(${last.name})`,
    `http-request set-var(txn.deadline) int(${Math.floor(last.deadlineMs)})`,
    `http-request set-priority-class int(${classes.length - 1})`,
    ...others,
  ];
}

function settingRules({ deployment, profile, folder }: Rules): string[] {
  const map = `${folder}/${settingsFile(deployment)}`;
  const start = startingVariant(profile);
  const known = profile.variants.map(({ name }) => name).join(' ');
  return [
    '# What the controller has set: the variant, and how long this class may wait, in milliseconds.',
    `http-request set-var(txn.variant) str(${variantKey}),map_str(${map},${start})`,
    `http-request set-var(txn.variant) str(${start}) unless { var(txn.variant) -m str ${known} }`,
    `http-request set-var(txn.allowed) str(${waitKey('')}),concat(,txn.class),map_str(${map},0)`,
    'http-request set-var(txn.limit) var(txn.allowed),mul(1000)',
  ];
}

function placeRules({ profile, hasFunction }: Rules): string[] {
  const { pools, variants, queueLimit } = profile;
  const without = variants.filter((_, index) => !hasFunction[index]).map(({ name }) => name);
  return [
    ...freeRules(pools),
    ...lineRules(pools),
    ...roomRules(
      pools.map(({ name }) => poolBackEnd(name)),
      queueLimit,
    ),
    `acl never_spills var(txn.allowed) -m str ${neverSpills}`,
    `acl needs_vm req.hdr_val(content-length) gt ${mostLambdaBytes}`,
    ...(without.length === 0 ? [] : [`acl needs_vm var(txn.variant) -m str ${without.join(' ')}`]),
    'http-request set-var(txn.place) var(txn.line) if !is_placed has_line !is_full never_spills',
    'http-request set-var(txn.place) var(txn.line) if !is_placed has_line !is_full needs_vm',
    'http-request set-var(txn.place) var(txn.line) if !is_placed has_line !is_full { var(txn.limit),sub(txn.wait) ge 0 }',
    `http-request set-var(txn.place) str(${refused}) if !is_placed has_line never_spills`,
    `http-request set-var(txn.place) str(${refused}) if !is_placed needs_vm`,
    '# Else Lambda, where the variant in force answers.',
    'http-request set-var(txn.answer) var(txn.variant) unless is_placed',
    `http-request set-var(txn.place) str(${lambdaBackEnd('')}),concat(,txn.variant) unless is_placed`,
  ];
}

function freeRules(pools: readonly VmPool[]): string[] {
  return [
    '# A free slot, in the order of the pools.',
    'acl is_placed var(txn.place) -m found',
    ...pools.map(({ name }) => {
      const [line, runs] = [poolBackEnd(name), `{ var(txn.us_${variable(name)}) -m found }`];
      return `http-request set-var(txn.place) str(${line}) if !is_placed ${runs} { be_conn_free(${line}) gt 0 }`;
    }),
  ];
}

function lineRules(pools: readonly VmPool[]): string[] {
  return [
    '# Else the line with the shortest wait; a pool without servers has none.',
    'acl has_line var(txn.line) -m found',
    `http-request set-var(txn.wait) int(${longest})`,
    ...pools.flatMap(({ name }) => {
      const isShorter = `if { var(txn.wait),sub(txn.wait_${variable(name)}) gt 0 }`;
      return [
        `http-request set-var(txn.line) str(${poolBackEnd(name)}) ${isShorter}`,
        `http-request set-var(txn.wait) var(txn.wait_${variable(name)}) ${isShorter}`,
      ];
    }),
  ];
}

/** Beyond every wait. */
const longest = '9223372036854775807';

function roomRules(backEnds: readonly string[], queueLimit: number | null): string[] {
  if (queueLimit === null) return ['acl is_full always_false'];
  return [
    ...backEnds.map((name, index) =>
      index === 0
        ? `http-request set-var(txn.waiting) queue(${name})`
        : `http-request set-var(txn.waiting) queue(${name}),add(txn.waiting)`,
    ),
    `acl is_full var(txn.waiting) -m int ge ${queueLimit}`,
  ];
}

function countingRules(): string[] {
  return [
    '# Counted, told to whoever answers, and sent there.',
    'http-request set-var(txn.key) var(txn.class),concat(/,txn.place)',
    `http-request track-sc0 var(txn.key) table ${tables.arrivals}`,
    `http-request deny deny_status 503 if { var(txn.place) -m str ${refused} }`,
    'http-request set-header x-class %[var(txn.class)]',
    'http-request set-header x-variant %[var(txn.answer)]',
    'use_backend %[var(txn.place)]',
  ];
}
