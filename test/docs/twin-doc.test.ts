import { expect, test } from 'vitest';
import { readDeployment } from '../../env/deployment/deployment.ts';
import { defaultPrices } from '../../env/prices.ts';
import { type FaultRule, faultKinds, faultRules } from '../../env/twin/faults/fault.ts';
import { parseFaultScript, readFaultScript } from '../../env/twin/faults/script.ts';
import { insideOf } from '../../env/twin/inside.ts';
import { usualLags } from '../../env/twin/lags.ts';
import { usualTiming } from '../../env/twin/lambda/setting.ts';
import { serviceNames } from '../../env/twin/operation.ts';
import { parseGenerator } from '../../env/workload/reference.ts';
import { blocks, named, readPage, section, tableRows } from './pages.ts';

const page = readPage('docs/twin.md');

test('the table of faults is that of the code', () => {
  const rows = tableRows(section(page, '## A script of faults')).filter((row) => row.length === 5);
  const shown = rows.map(([kind, subject, , says, usual]) => [named(kind!)[0], subject, says !== '', usual]);
  expect(shown).toEqual(
    faultKinds.map((kind) => {
      const { subject, strength }: FaultRule = faultRules[kind];
      return [kind, subject, strength !== null, strength === null ? '' : String(strength.usual)];
    }),
  );
  const once = rows.filter(([, , happens]) => happens!.startsWith('once:')).map(([kind]) => named(kind!)[0]);
  expect(once).toEqual(faultKinds.filter((kind) => !faultRules[kind].lasts));
});

test('the times that it assumes are those of the code', () => {
  const { updateSeconds, publishSeconds, provisionSeconds } = usualTiming;
  const lambda = section(page, '### Lambda');
  for (const said of [`in progress, for ${updateSeconds} s`, `for ${publishSeconds} s,`, `in ${provisionSeconds} s,`]) {
    expect(lambda).toContain(said);
  }
  const { publicationSeconds, partialSeconds } = usualLags;
  const metrics = `publishes a minute ${publicationSeconds} s after its end, half of its samples at first and all of them ${partialSeconds} s later`;
  expect(section(page, '### Metrics')).toContain(metrics);
});

test('the scripts that it shows and names are scripts', async () => {
  const shown = blocks(page).filter(({ language }) => language === 'yaml');
  expect(shown.map(({ text }) => parseFaultScript(text, 'docs/twin.md').length)).toEqual([2]);
  expect(await readFaultScript('examples/faults/bad-hour.yaml')).toHaveLength(9);
});

test('the table of operations is that of the services', async () => {
  const { profile, deployment } = await readDeployment('examples/aws/weighted-classifier.yaml');
  const workload = parseGenerator('constant:mean=1,hours=1');
  const { services } = insideOf({
    ...{ profile, deployment, workload, prices: defaultPrices, seed: 1, startedAt: new Date(0) },
  });
  const rows = tableRows(section(page, '## What it speaks'));
  expect(rows.map(([, , operations]) => named(operations!))).toEqual(
    serviceNames.map((name) => Object.keys(services[name])),
  );
});
