import { isReached } from './figure.ts';
import { benchLive } from './live.ts';
import { benchManyServices } from './many-services.ts';

/*
 * npm run bench:live -- HOURS: the controller against the twin, over as many hours as are asked for (24; 720 is a month), and a round of a
 * thousand services.
 */
for (const figure of [...(await benchLive(Number(process.argv[2] ?? 24))), ...(await benchManyServices())]) {
  console.log(
    `${figure.name}: ${figure.value?.toFixed(2) ?? figure.note} ${figure.unit} (${isReached(figure) ? 'reached' : 'missed'})`,
  );
}
