/** What a terminal is told about itself, its merchant and its host. Every value is in the form its user needs. */
import type { Bytes } from '../hal/bytes';

/** What a terminal is told; every value in the form its user needs. */
export interface TerminalSettings {
  /** F41, 8 characters. */
  readonly terminalId: Bytes;
  /** F42, 15 characters. */
  readonly merchantId: Bytes;
  /** GBK. */
  readonly merchantName: Bytes;
  /** Five bytes; '' for a host that wants none. */
  readonly tpdu: Bytes;
  /** Application header, six bytes; '' for a host that wants none. */
  readonly header: Bytes;
  /** Two bytes of length stand before every frame, both ways. */
  readonly frameLength: boolean;
  readonly host: Bytes;
  readonly port: number;
  readonly apn: Bytes;
  /** Dial-up: up to three numbers with `,` between them. */
  readonly phones: Bytes;
  /** Dialled first, for a line to the outside; '' for none. */
  readonly outsideLine: Bytes;
  /** Further rounds through the numbers. */
  readonly redials: number;
  readonly connectTimeoutMs: number;
  readonly responseTimeoutMs: number;
  /** 0400s sent and not ended before the terminal locks. */
  readonly reversalTries: number;
  /** `reversalEndMac: ifPresent`: 12 and 25 end a reversal even without F64. For foreign hosts only. */
  readonly reversalEndMacIfPresent: boolean;
  /** Sign-in 004 and F53 digit 3 = 1; without it 003 and tracks in clear. */
  readonly trackEncryption: boolean;
  /** Sign-in 001 and single DES, where tracks are not encrypted. */
  readonly singleLengthKeys: boolean;
  /** `MAC_MODE_…` of hal/pad-commands.ts: how F64 is computed. */
  readonly macMode: number;
  /** `SECURITY_…` of dialect.ts: when F53 is sent. */
  readonly securityControl: number;
  /** F26, two digits: sent with a PIN. */
  readonly pinCaptureCode: Bytes;
  /** F60.6 is sent, as 1. */
  readonly partialApproval: boolean;
  /** F60.4: 2 magnetic only, 5 contact chip, 6 contactless too. */
  readonly readCapability: Bytes;
  /** Transactions a batch may hold. */
  readonly batchLimit: number;
  /** A sale with the card and amount of one approved so many minutes ago asks first; 0: it never asks. */
  readonly secondSwipeMinutes: number;
  /** Printed on slips. */
  readonly hotline: Bytes;
  /** The mark at the top of sales slips. */
  readonly slipLogo: boolean;
  /** A QR code at the end of sales slips, with the numbers by which a sale is found again. */
  readonly slipQr: boolean;
  /** Last on sales slips: GBK, two lines at most; '' for none. */
  readonly slipAdvert: Bytes;
  /** How dark the printer prints: 0 (light) to 8; 4 is normal. */
  readonly printDensity: number;
  /** Slips and menus in English. */
  readonly english: boolean;
  readonly clerkPassword: Bytes;
  readonly supervisorPassword: Bytes;
  readonly adminPassword: Bytes;
}

export const CLERK = '01';
export const SUPERVISOR = '00';
export const ADMINISTRATOR = '99';

/** A terminal of the test center; a composition replaces what differs. */
export const defaultSettings: TerminalSettings = {
  terminalId: '10000001',
  merchantId: '898110053310001',
  merchantName: '\xd2\xf8\xc1\xaa\xb2\xe2\xca\xd4\xc9\xcc\xbb\xa7',
  tpdu: '\x60\x00\x03\x00\x00',
  header: '\x60\x31\x00\x31\x00\x00',
  frameLength: true,
  host: '10.0.0.1',
  port: 8583,
  apn: 'CMNET',
  phones: '59990001,59990002,59990003',
  outsideLine: '',
  redials: 1,
  connectTimeoutMs: 60000,
  responseTimeoutMs: 60000,
  reversalTries: 3,
  reversalEndMacIfPresent: false,
  trackEncryption: true,
  singleLengthKeys: false,
  macMode: 0,
  securityControl: 0,
  pinCaptureCode: '12',
  partialApproval: false,
  readCapability: '2',
  batchLimit: 300,
  secondSwipeMinutes: 5,
  hotline: '95516',
  slipLogo: true,
  slipQr: false,
  slipAdvert: '',
  printDensity: 4,
  english: false,
  clerkPassword: '0000',
  supervisorPassword: '123456',
  adminPassword: '12345678',
};
