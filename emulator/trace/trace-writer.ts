/** Writes a trace to a file as it goes: JSON lines, or a capture file, by the file's name. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { TerminalWorld } from '../terminal-world';
import { PacketWriter } from './packets';
import { TraceRecorder } from './trace-recorder';
import type { TraceHeader, TraceRecord } from './trace-record';

export type TraceFormat = 'jsonl' | 'pcapng';

/** '' for a name that ends in neither. */
export function traceFormatOf(file: string): TraceFormat | '' {
  if (/\.(jsonl|ndjson)$/i.test(file)) return 'jsonl';
  return /\.(pcapng|ntar)$/i.test(file) ? 'pcapng' : '';
}

/** Puts records into bytes, one after the other. */
export function traceSink(
  format: TraceFormat,
  header: TraceHeader,
  write: (bytes: Uint8Array) => void,
): (record: TraceRecord) => void {
  if (format === 'pcapng') {
    const packets = new PacketWriter(header, write);
    return (record) => packets.add(record);
  }
  const line = (object: object): void => write(Buffer.from(`${JSON.stringify(object)}\n`));
  line(header);
  return (record) => line(record);
}

export interface OpenTrace {
  close(): void;
}

/** Opens the file and follows the World until `close`. Throws the system's error where the file cannot be written. */
export function startTrace(inside: TerminalWorld, file: string, format: TraceFormat, header: TraceHeader): OpenTrace {
  const descriptor = openSync(file, 'w', 0o600);
  const recorder = new TraceRecorder(
    inside,
    traceSink(format, header, (bytes) => writeSync(descriptor, bytes)),
  );
  return {
    close: () => {
      recorder.close();
      closeSync(descriptor);
    },
  };
}
