import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../env/make-folder.ts';
import { maskedCrc32c } from './crc32c.ts';

/** Appends scalars to an event file that TensorBoard reads: TFRecord frames around protocol-buffer `Event` messages. */
export class TensorBoardWriter {
  readonly path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  /** Starts an event file in `folder`, which TensorBoard takes for one run. Time in seconds since 1970. */
  static async create(folder: string, wallTimeSeconds: number): Promise<TensorBoardWriter> {
    await makeFolder(folder);
    const start = Math.floor(wallTimeSeconds).toString().padStart(10, '0');
    const path = join(folder, `events.out.tfevents.${start}.spillway`);
    const file = await open(path, 'a');
    const writer = new TensorBoardWriter(path, file);
    await writer.#append(event(wallTimeSeconds, 0, text(3, 'brain.Event:2')));
    return writer;
  }

  /** Null, and what is not finite, is left out. */
  async write(step: number, wallTimeSeconds: number, scalars: Readonly<Record<string, number | null>>): Promise<void> {
    const values = Object.entries(scalars).flatMap(([tag, value]) =>
      value !== null && Number.isFinite(value) ? [bytes(1, Buffer.concat([text(1, tag), float(2, value)]))] : [],
    );
    if (values.length > 0) await this.#append(event(wallTimeSeconds, step, bytes(5, Buffer.concat(values))));
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #append(message: Buffer): Promise<void> {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(message.length));
    await this.#file.appendFile(Buffer.concat([length, checksum(length), message, checksum(message)]));
  }
}

function checksum(of: Buffer): Buffer {
  const written = Buffer.alloc(4);
  written.writeUInt32LE(maskedCrc32c(of));
  return written;
}

/** tensorflow/core/util/event.proto: 1 wall_time double, 2 step int64, then 3 file_version or 5 summary. */
function event(wallTimeSeconds: number, step: number, content: Buffer): Buffer {
  const wallTime = Buffer.alloc(9);
  wallTime[0] = (1 << 3) | 1;
  wallTime.writeDoubleLE(wallTimeSeconds, 1);
  return Buffer.concat([wallTime, Buffer.from([2 << 3]), varint(step), content]);
}

function float(field: number, value: number): Buffer {
  const written = Buffer.alloc(5);
  written[0] = (field << 3) | 5;
  written.writeFloatLE(value, 1);
  return written;
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value, 'utf8'));
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | 2]), varint(value.length), value]);
}

/** Of a whole number up to 2⁵³. */
function varint(value: number): Buffer {
  const written: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...written, left]);
    written.push((left % 128) | 128);
  }
}
