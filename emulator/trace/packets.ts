/**
 * A trace as a capture file: the network as Ethernet with TCP conversations, serial wires as serial captures, everything
 * else as remarks. docs/traces.md says how Wireshark reads it.
 */
import { epochMsOf } from '../beijing-time';
import { enhancedPacket, interfaceDescription, sectionHeader } from './pcapng';
import { TcpConversation, type TcpFrame } from './tcp-frames';
import type { TraceHeader, TraceRecord } from './trace-record';

const LINKTYPE_ETHERNET = 1;
/** Serial capture of SEL's RTAC: time, event, control lines, then what was sent or received. */
const LINKTYPE_RTAC_SERIAL = 250;
const LINKTYPE_WIRESHARK_UPPER_PDU = 252;
const serialWires: Readonly<Record<string, string>> = {
  modem: 'UART to the modem',
  pinpad: 'UART to the PIN pad',
  printer: 'UART to the printer',
  loader: "the PIN pad's loader port",
};
const BARE_TERMINAL = 2;
const LONGEST_MESSAGE_BYTES = 4096;
const TX = 1;
const RX = 2;

/** Unix time (µs) of a World's time 0. */
export function epochUsOf(startsAt: string): bigint {
  return BigInt(epochMsOf(startsAt)) * 1000n;
}

/** Header of a remark: the dissector's name, then the end of the tags (Wireshark's exported PDUs). */
function remarkHeader(dissector: string): Buffer {
  const name = Buffer.from(dissector);
  const padded = Buffer.concat([name, Buffer.alloc(-name.length & 3)]);
  return Buffer.concat([Buffer.from([0, 12, 0, padded.length]), padded, Buffer.alloc(4)]);
}

const remark = remarkHeader('data-text-lines');

function serialHeader(atUs: bigint, direction: 'out' | 'in'): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32BE(Number(atUs / 1_000_000n), 0);
  head.writeUInt32BE(Number(atUs % 1_000_000n), 4);
  head[8] = direction === 'out' ? TX : RX;
  return head;
}

export class PacketWriter {
  private readonly epochUs: bigint;
  private readonly interfaces: string[] = [];
  private readonly conversations: Record<number, TcpConversation> = {};
  private readonly bare: Record<number, TcpConversation> = {};
  private readonly bareIsOpen: Record<number, boolean> = {};
  private readonly unfinished: Record<string, string> = {};

  constructor(
    header: TraceHeader,
    private readonly write: (block: Buffer) => void,
  ) {
    this.epochUs = epochUsOf(header.startsAt);
    write(sectionHeader(`cupos ${header.build}`, `Seed ${header.seed}. TEST data; secrets are overwritten.`));
  }

  add(record: TraceRecord): void {
    if (record.wire === 'network' && this.addNetwork(record)) return;
    const bytes = Buffer.from(record.bytes ?? '', 'hex');
    const description = serialWires[record.wire];
    const atUs = this.epochUs + BigInt(record.atUs);
    if (description !== undefined && record.direction !== 'note') {
      const number = this.interfaceNumber(record.wire, LINKTYPE_RTAC_SERIAL, description);
      const data = Buffer.concat([serialHeader(atUs, record.direction), bytes]);
      this.packet(number, record, data, record.text);
      return;
    }
    const number = this.interfaceNumber('remarks', LINKTYPE_WIRESHARK_UPPER_PDU, 'what happened, in words');
    this.packet(number, record, Buffer.concat([remark, Buffer.from(`${record.wire}: ${record.text}\n`)]), '');
  }

  private addNetwork(record: TraceRecord): boolean {
    const { direction, text, connection } = record;
    const number = this.interfaceNumber(
      'host',
      LINKTYPE_ETHERNET,
      'host line; Ethernet, IP and TCP are made up around it',
    );
    if (direction !== 'note') {
      const conversation = (this.conversations[connection ?? 0] ??= new TcpConversation(connection ?? 0, ''));
      const frames = conversation.data(direction, Buffer.from(record.bytes ?? '', 'hex'));
      this.frames(number, record, frames, text);
      this.addBare(record, direction);
      return true;
    }
    const note = /^connection (\d+) (?:to (\S+) (open|refused)|closed by the (terminal|host))$/.exec(text);
    if (!note) return false;
    const id = parseInt(note[1], 10);
    if (note[2] !== undefined) {
      const conversation = (this.conversations[id] = new TcpConversation(id, note[2]));
      this.bare[id] = new TcpConversation(id, note[2], BARE_TERMINAL);
      this.frames(number, record, note[3] === 'open' ? conversation.open() : conversation.refuse(), '');
    } else {
      const by = note[4] === 'terminal' ? 'out' : 'in';
      this.frames(number, record, this.conversations[id]?.close(by) ?? [], '');
      if (this.bareIsOpen[id]) this.frames(this.bareInterface(), record, this.bare[id]?.close(by) ?? [], '');
    }
    return true;
  }

  /** Every whole message once more, without what Wireshark's dissector of ISO 8583 does not know: TPDU and header. */
  private addBare(record: TraceRecord, direction: 'out' | 'in'): void {
    const id = record.connection ?? 0;
    const name = `${id} ${direction}`;
    const bytes = (this.unfinished[name] ?? '') + (record.bytes ?? '');
    this.unfinished[name] = '';
    if (!record.messages) {
      this.unfinished[name] = bytes.slice(-2 * LONGEST_MESSAGE_BYTES);
      return;
    }
    let end = bytes.length;
    for (const message of record.messages.slice().reverse()) {
      const at = bytes.lastIndexOf(`${message.mti}${message.bitmap}`.toLowerCase(), end);
      if (at < 0) return;
      const body = Buffer.from(bytes.slice(at, end), 'hex');
      const length = Buffer.from([body.length >> 8, body.length & 255]);
      const conversation = (this.bare[id] ??= new TcpConversation(id, '', BARE_TERMINAL));
      this.bareIsOpen[id] = true;
      this.frames(
        this.bareInterface(),
        record,
        conversation.data(direction, Buffer.concat([length, body])),
        record.text,
      );
      end = at;
    }
  }

  private bareInterface(): number {
    return this.interfaceNumber('iso8583', LINKTYPE_ETHERNET, 'the same messages without TPDU and header');
  }

  private interfaceNumber(name: string, linkType: number, description: string): number {
    const known = this.interfaces.indexOf(name);
    if (known >= 0) return known;
    this.write(interfaceDescription(linkType, name, description));
    return this.interfaces.push(name) - 1;
  }

  private frames(interfaceNumber: number, record: TraceRecord, frames: readonly TcpFrame[], comment: string): void {
    frames.forEach(({ direction, data }, i) =>
      this.packet(interfaceNumber, { ...record, direction }, data, i === frames.length - 1 ? comment : ''),
    );
  }

  private packet(interfaceNumber: number, record: TraceRecord, data: Buffer, comment: string): void {
    const atUs = this.epochUs + BigInt(record.atUs);
    this.write(enhancedPacket({ interfaceNumber, atUs, data, direction: record.direction, comment }));
  }
}
