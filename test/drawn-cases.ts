import fc from 'fast-check';

/**
 * Every run of the tests draws the same cases of its properties, so that a red one is red again elsewhere.
 * `SPILLWAY_DRAWS=17 npx vitest run` draws others, `SPILLWAY_DRAWS=fresh` what nobody has seen before: that is how to hunt.
 */
const draws = process.env['SPILLWAY_DRAWS'] ?? '1';
if (draws !== 'fresh') fc.configureGlobal({ seed: Number(draws) });
