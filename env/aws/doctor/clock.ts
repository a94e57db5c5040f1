import { holdSkewSeconds, warnSkewSeconds } from '../calls/clock-skew.ts';
import { about } from './finding.ts';
import type { Check } from './patient.ts';

/** The clock of this machine against that of AWS's answers; to be asked after some of them. */
export const clock: Check = async ({ skewSeconds }) => {
  const skew = skewSeconds();
  if (skew === null) return [];
  const on = about('clock', 'this machine');
  const off = Math.abs(skew);
  const said = `It is ${off} s ${skew > 0 ? 'behind' : 'ahead of'} that of AWS`;
  const remedy = 'Let the machine keep its time by NTP.';
  if (off > holdSkewSeconds) return [on.problem(`${said}: live mode would hold.`, remedy)];
  if (off > warnSkewSeconds) return [on.warning(`${said}: metrics are read too early or too late.`, remedy)];
  return [on.ok(`Within ${warnSkewSeconds} s of that of AWS.`)];
};
