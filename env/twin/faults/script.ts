import { z } from 'zod';
import { readInput } from '../../input-file.ts';
import { legalRange, obeys } from '../../number-rule.ts';
import { decimal, section, text, YamlSource } from '../../yaml-source.ts';
import { serviceNames } from '../operation.ts';
import { type Fault, type FaultRule, faultKinds, faultRules } from './fault.ts';

const faultSchema = section({
  kind: z.enum(faultKinds, { error: `one of ${faultKinds.join(', ')}: state what goes wrong` }),
  at: decimal({ least: 0 }, "state when it begins, in seconds of the twin's time").nullable().default(null),
  for: decimal({ above: 0 }, 'state for how many seconds it lasts').nullable().default(null),
  service: z
    .enum(serviceNames, { error: `one of ${serviceNames.join(', ')}: name the service whose calls are meant` })
    .nullable()
    .default(null),
  operation: text(/^[A-Z]\w+$/, 'the name of an operation', 'write it as in SetDesiredCapacity')
    .nullable()
    .default(null),
  resource: text(/\S/, 'a name', 'name the metric, the Auto Scaling group or the function').nullable().default(null),
  strength: z.number({ error: 'a number: docs/twin.md says what it means for each kind' }).nullable().default(null),
});
type FaultText = z.output<typeof faultSchema>;

const scriptSchema = section({
  version: z.literal(1, { error: '1: the only version that this Spillway reads' }),
  faults: z.array(faultSchema, { error: 'a list of faults: write "- { kind: throttle, at: 600, for: 120 }" for each' }),
});

/** What a YAML script makes go wrong (docs/twin.md). */
export async function readFaultScript(path: string): Promise<readonly Fault[]> {
  return parseFaultScript(await readInput(path, 'fault script'), path);
}

/** `file` is what refusals call it. */
export function parseFaultScript(script: string, file: string): readonly Fault[] {
  const source = new YamlSource(script, file);
  return source
    .read(scriptSchema)
    .faults.map((fault, index) =>
      faultOf(fault, (field, sentence) => source.refuse(['faults', index, field], sentence), 0),
    );
}

/** One fault, in YAML or JSON, as the twin takes it over HTTP; it begins at `nowSeconds` where it does not say when. */
export function parseFault(text: string, nowSeconds: number): Fault {
  const source = new YamlSource(text, 'fault');
  return faultOf(source.read(faultSchema), (field, sentence) => source.refuse([field], sentence), nowSeconds);
}

type Refuse = (field: keyof FaultText, sentence: string) => never;

function faultOf(text: FaultText, refuse: Refuse, nowSeconds: number): Fault {
  const rule: FaultRule = faultRules[text.kind];
  checkTarget(text, rule, refuse);
  if (rule.lasts && text.for === null) {
    refuse('for', `for is missing, but must be there, because ${text.kind} lasts: state for how many seconds.`);
  }
  if (!rule.lasts && text.for !== null) {
    refuse('for', `for is ${text.for}, but must be absent, because ${text.kind} happens once: remove it.`);
  }
  return {
    kind: text.kind,
    atSeconds: text.at ?? nowSeconds,
    forSeconds: text.for ?? 0,
    service: text.service,
    operation: text.operation,
    resource: text.resource,
    strength: strengthOf(text, rule, refuse),
  };
}

/** Calls are named by service and operation, everything else as a resource. */
function checkTarget(text: FaultText, { subject }: FaultRule, refuse: Refuse): void {
  const misplaced = subject === 'call' ? (['resource'] as const) : (['service', 'operation'] as const);
  for (const field of [...misplaced, ...(subject === 'clock' || subject === 'router' ? (['resource'] as const) : [])]) {
    if (text[field] === null) continue;
    refuse(
      field,
      `${field} is ${text[field]}, but must be absent, because ${text.kind} acts on a ${subject}: remove it.`,
    );
  }
}

function strengthOf({ kind, strength }: FaultText, rule: FaultRule, refuse: Refuse): number {
  if (strength === null) return rule.strength?.usual ?? 1;
  if (rule.strength === null) {
    return refuse('strength', `strength is ${strength}, but must be absent, because ${kind} has none: remove it.`);
  }
  if (obeys(strength, rule.strength.legal)) return strength;
  return refuse(
    'strength',
    `strength is ${strength}, but must be ${legalRange(rule.strength.legal)}: for ${kind} it is ${rule.strength.says}.`,
  );
}
