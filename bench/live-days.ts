import { isReached } from './figure.ts';
import { benchLive } from './live.ts';

/* The live bench alone, over as many hours as are asked for: node dist/bench/live-days.js HOURS, from the root of the project; 720 is a month. */
for (const figure of await benchLive(Number(process.argv[2] ?? 24))) {
  console.log(
    `${figure.name}: ${figure.value?.toFixed(1) ?? figure.note} ${figure.unit} (${isReached(figure) ? 'reached' : 'missed'})`,
  );
}
