import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a report carries in itself, so that it needs no network. */
export interface ReportAssets {
  readonly styles: string;
  readonly script: string;
}

/** In the order in which they build on each other. */
const pageStyles = ['colours.css', 'page.css', 'tables.css', 'timelines.css', 'print.css'];
const pageScripts = ['chart.js', 'latency.js', 'timeline.js', 'decisions.js', 'page.js'];

/** Reads uPlot from its package, and the page's own style and scripts. */
export async function readAssets(): Promise<ReportAssets> {
  const plot = dirname(createRequire(import.meta.url).resolve('uplot'));
  const page = pageFolder();
  const read = async (folder: string, file: string) => readFile(join(folder, file), 'utf8');
  const styles = await Promise.all(pageStyles.map((file) => read(page, file)));
  const library = await read(plot, 'uPlot.iife.min.js');
  const scripts = await Promise.all(pageScripts.map((file) => read(page, file)));
  return {
    styles: [await read(plot, 'uPlot.min.css'), ...styles].join('\n'),
    // Its licence line stays, without the address: a report names no place on the network.
    script: [library.replace('https://', ''), ...scripts.map(withoutModules)].join('\n'),
  };
}

/** A page opened from disk may not load modules: their files are joined in order, and need no imports. */
function withoutModules(source: string): string {
  return source.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, '');
}

/** Beside the sources; the compiled program reads them from there too. */
function pageFolder(): string {
  const places = ['./page/', '../../../policies/report/page/'].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  const found = places.find((place) => existsSync(join(place, 'page.css')));
  if (found === undefined) throw new Error(`finding the report's page: it is in none of ${places.join(', ')}`);
  return found;
}
