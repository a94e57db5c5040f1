import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { InputProblem } from './problem.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
  ERR_STRING_TOO_LONG: 'it is larger than 512 MB',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GB',
  Z_BUF_ERROR: 'it was zipped, and cut off',
  Z_DATA_ERROR: 'it was zipped, and is damaged',
};

/** The text of a file that a person named, unzipped where it is; `noun` says what it should have been. */
export async function readInput(path: string, noun: string): Promise<string> {
  try {
    return textOf(await unzipped(await readFile(path)));
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new InputProblem(
      `${path}: cannot read the ${noun}, ${reasons[code] ?? code}: give the path of a readable file.`,
      {
        cause,
      },
    );
  }
}

/** By its first bytes (RFC 1952), whatever its name is. */
async function unzipped(bytes: Buffer): Promise<Buffer> {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? promisify(gunzip)(bytes) : bytes;
}

/** Spreadsheets save "Unicode text" as UTF-16, with its mark at the beginning. */
function textOf(bytes: Buffer): string {
  return bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le').slice(1) : bytes.toString('utf8');
}
