import { latencyEdges, settingsFile, variantKey, waitKey } from '../../deployment/router-layout.ts';
import type { ServiceProfile } from '../../types.ts';

/** A file of keys and values that HAProxy reads at its start. */
export interface MapFile {
  readonly name: string;
  readonly text: string;
}

export const latencyFile = 'latency-bins.map';

/** What holds until the controller says otherwise: whatever finds no free slot goes to Lambda. */
export function settingsMap(deployment: string, profile: ServiceProfile): MapFile {
  const entries = [
    `${variantKey} ${startingVariant(profile)}`,
    ...profile.slo.classes.map(({ name }) => `${waitKey(name)} 0`),
  ];
  return { name: settingsFile(deployment), text: lines(entries) };
}

/** The least accurate variant that is right often enough by itself. */
export function startingVariant({ variants, accuracyFloor }: ServiceProfile): string {
  return (variants.find(({ accuracy }) => accuracy >= accuracyFloor) ?? variants.at(-1)!).name;
}

/** From milliseconds to the lower edge of their bin: `192:207 192`. */
export function latencyMap(): MapFile {
  const entries = latencyEdges.slice(0, -1).map((edge, bin) => `${edge}:${latencyEdges[bin + 1]! - 1} ${edge}`);
  return { name: latencyFile, text: lines(entries) };
}

const lines = (entries: readonly string[]) => entries.map((entry) => `${entry}\n`).join('');
