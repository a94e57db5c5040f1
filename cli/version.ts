import { readFileSync } from 'node:fs';

/** The package's version: package.json lies one folder above the sources, and two above the built files. */
export function packageVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    const manifest = readManifest(new URL(place, import.meta.url));
    if (manifest?.name === 'spillway' && manifest.version !== undefined) return manifest.version;
  }
  throw new Error("finding Spillway's own package.json: it lies nowhere above the program");
}

function readManifest(url: URL): { readonly name?: string; readonly version?: string } | null {
  try {
    return JSON.parse(readFileSync(url, 'utf8'));
  } catch {
    return null;
  }
}
