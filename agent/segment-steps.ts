import { episodeIntervals } from './level-episode.ts';
import type { TrainingSizes } from './training-options.ts';

/** Steps between two validations, of single VMs and of whole services: training goes on for whole segments. */
export function segmentSteps(sizes: TrainingSizes): { levels: number; service: number } {
  const { levelEpisodes, rolloutSteps, serviceWorlds, updatesPerSegment } = sizes;
  return {
    levels: levelEpisodes * episodeIntervals * updatesPerSegment,
    service: serviceWorlds * rolloutSteps * updatesPerSegment,
  };
}

/** Steps that are done where so many are asked for. */
export function wholeSegments(steps: number, segment: number): number {
  return Math.ceil(steps / segment) * segment;
}
