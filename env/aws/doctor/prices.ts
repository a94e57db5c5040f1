import { vmUsdPerHour } from '../../vm-price.ts';
import { about } from './finding.ts';
import type { Check } from './patient.ts';

/** Without a price an instance type looks free; prices of another region or of long ago mislead. */
export const prices: Check = async ({ deployment, profile, prices: book, now }) => {
  const found = profile.pools.map((pool) => {
    const { name, instanceType } = pool;
    const on = about('prices', instanceType);
    const usd = vmUsdPerHour(pool, book);
    if (usd !== null) return on.ok(`$${usd} per hour${pool.spot ? ' on spot' : ''}.`);
    return on.problem(
      `The price book has no ${pool.spot ? 'spot ' : ''}price for ${instanceType}, the type of the pool ${name}.`,
      'Give --prices a book with it (docs/profile.md).',
    );
  });
  const on = about('prices', 'book');
  const days = (now.getTime() - Date.parse(book.date)) / 86_400_000;
  if (book.region !== deployment.region) {
    return [
      ...found,
      on.warning(
        `The prices are those of ${book.region}, but the deployment is in ${deployment.region}.`,
        'Give --prices a book of the region (docs/profile.md).',
      ),
    ];
  }
  if (days <= 365) return [...found, on.ok(`Of ${book.region}, ${book.date}.`)];
  return [...found, on.warning(`The prices are of ${book.date}.`, 'Compare them with those of today.')];
};
