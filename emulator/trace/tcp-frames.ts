/**
 * Ethernet, IPv4 and TCP around the segments of the World's network (IEEE 802.3, RFC 791, RFC 9293), so that a capture
 * tool can follow a stream: the network itself has connections and segments, and none of these headers.
 */

const ETHERNET_BYTES = 14;
const IP_BYTES = 20;
const TCP_BYTES = 20;
const FIN = 0x01;
const SYN = 0x02;
const RST = 0x04;
const PSH = 0x08;
const ACK = 0x10;
const FIRST_PORT = 49_152;
const PORTS = 16_384;
/** Addresses of documentation (RFC 5737), where nothing better is known. */
const TERMINAL_NETWORK = [192, 0, 2];
const HOST_ADDRESS = [203, 0, 113, 1];
const HOST_PORT = 8583;

interface End {
  readonly address: readonly number[];
  readonly port: number;
  readonly station: number;
  /** Sequence number of its next byte. */
  sequence: number;
}

/** Ones' complement sum of 16-bit words (RFC 1071). */
function checksum(...parts: readonly Buffer[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let at = 0; at < part.length; at += 2) sum += (part[at] << 8) | (part[at + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function ipHeader(from: End, to: End, lengthBytes: number, identification: number): Buffer {
  const ip = Buffer.alloc(IP_BYTES);
  ip[0] = 0x45;
  ip.writeUInt16BE(IP_BYTES + lengthBytes, 2);
  ip.writeUInt16BE(identification & 0xffff, 4);
  ip.writeUInt16BE(0x4000, 6);
  ip[8] = 64;
  ip[9] = 6;
  ip.set(from.address, 12);
  ip.set(to.address, 16);
  ip.writeUInt16BE(checksum(ip), 10);
  return ip;
}

function tcpSegment(from: End, to: End, flags: number, data: Buffer): Buffer {
  const tcp = Buffer.alloc(TCP_BYTES);
  tcp.writeUInt16BE(from.port, 0);
  tcp.writeUInt16BE(to.port, 2);
  tcp.writeUInt32BE(from.sequence, 4);
  tcp.writeUInt32BE(flags & ACK ? to.sequence : 0, 8);
  tcp[12] = (TCP_BYTES / 4) << 4;
  tcp[13] = flags;
  tcp.writeUInt16BE(0xffff, 14);
  const pseudo = Buffer.from([...from.address, ...to.address, 0, 6, 0, 0]);
  pseudo.writeUInt16BE(TCP_BYTES + data.length, 10);
  tcp.writeUInt16BE(checksum(pseudo, tcp, data), 16);
  return Buffer.concat([tcp, data]);
}

export interface TcpFrame {
  readonly direction: 'out' | 'in';
  readonly data: Buffer;
}

/** `10.0.0.1:8583` of the network's notes. */
function parseAddress(text: string): { address: readonly number[]; port: number } {
  const [host, port] = text.split(/:(?=\d+$)/);
  const parts = /^\d+\.\d+\.\d+\.\d+$/.test(host) ? host.split('.').map(Number) : [];
  const address = parts.length === 4 && parts.every((part) => part < 256) ? parts : HOST_ADDRESS;
  return { address, port: port === undefined ? HOST_PORT : parseInt(port, 10) & 0xffff };
}

/** One connection, from its first frame to its last. */
export class TcpConversation {
  private readonly terminal: End;
  private readonly host: End;
  private identification = 1;
  private established = false;
  private closed = false;

  /** `terminalNumber` tells the conversations of two interfaces apart. */
  constructor(id: number, hostAddress: string, terminalNumber = 1) {
    const { address, port } = parseAddress(hostAddress);
    const ownPort = FIRST_PORT + (id % PORTS);
    const ownAddress = [...TERMINAL_NETWORK, terminalNumber];
    this.terminal = { address: ownAddress, port: ownPort, station: 1, sequence: id * 100_000 };
    this.host = { address, port, station: 2, sequence: id * 100_000 + 50_000_000 };
  }

  open(): TcpFrame[] {
    if (this.established) return [];
    this.established = true;
    return [this.frame('out', SYN), this.frame('in', SYN | ACK), this.frame('out', ACK)];
  }

  refuse(): TcpFrame[] {
    this.closed = true;
    return [this.frame('out', SYN), this.frame('in', RST | ACK)];
  }

  /** Opens the conversation too, where the capture began in the middle of it. */
  data(direction: 'out' | 'in', bytes: Buffer): TcpFrame[] {
    if (this.closed) return [];
    return [...this.open(), this.frame(direction, PSH | ACK, bytes)];
  }

  /** `by`: who hung up first. */
  close(by: 'out' | 'in'): TcpFrame[] {
    if (this.closed) return [];
    const before = this.open();
    this.closed = true;
    const other = by === 'out' ? 'in' : 'out';
    return [...before, this.frame(by, FIN | ACK), this.frame(other, FIN | ACK), this.frame(by, ACK)];
  }

  private frame(direction: 'out' | 'in', flags: number, data: Buffer = Buffer.alloc(0)): TcpFrame {
    const [from, to] = direction === 'out' ? [this.terminal, this.host] : [this.host, this.terminal];
    const segment = tcpSegment(from, to, flags, data);
    from.sequence = (from.sequence + data.length + (flags & (SYN | FIN) ? 1 : 0)) >>> 0;
    const ethernet = Buffer.alloc(ETHERNET_BYTES);
    // Locally administered stations.
    ethernet.set([2, 0, 0, 0, 0, to.station, 2, 0, 0, 0, 0, from.station, 8, 0]);
    const ip = ipHeader(from, to, segment.length, this.identification++);
    return { direction, data: Buffer.concat([ethernet, ip, segment]) };
  }
}
