/**
 * TEST cards: invented numbers under UnionPay's prefix 62 that pass the Luhn check (ISO/IEC 7812-1 annex B), each with a
 * fate at the center. One table for the center's seed and for the emulator's card tray. None of them is anybody's card.
 */

/** What the issuer thinks of a card; `unknown` is one that no account at the center belongs to. */
export type CardFate = 'active' | 'vip' | 'lost' | 'stolen' | 'restricted' | 'chipOnly' | 'unknown';

/** A TEST card: its tracks, its PIN, its account and its fate. */
export interface TestCard {
  /** The name in the table, as in `testCards.debit`. */
  readonly id: string;
  readonly pan: string;
  /** YYMM. */
  readonly expiry: string;
  /** Without sentinels and LRC, as a stripe head delivers it (ISO/IEC 7813 format B). */
  readonly track1: string;
  /** Digits and `=`, likewise. */
  readonly track2: string;
  /** As `track2`, or '' for a card without a third track. */
  readonly track3: string;
  /** '' for a card without a PIN. */
  readonly pin: string;
  readonly needsPin: boolean;
  /** Of a credit card: what may still be spent. */
  readonly balanceFen: number;
  /** Most for one sale; 0 means no limit. */
  readonly limitFen: number;
  readonly fate: CardFate;
  /** First 8 digits of the issuer's id in F44. */
  readonly issuer: string;
  readonly label: { readonly zh: string; readonly en: string };
}

/** The TEST cards by name. */
export const testCards = {
  debit: {
    id: 'debit',
    pan: '6210819300001000011',
    expiry: '3012',
    track1: 'B6210819300001000011^DEBIT/TEST^30121200000012345',
    track2: '6210819300001000011=30121200000012345',
    track3: '996210819300001000011=1561560500050000000002013000000214000049121=0209900061=000000000000=00000001040000',
    pin: '123456',
    needsPin: true,
    balanceFen: 5_000_000,
    limitFen: 0,
    fate: 'active',
    issuer: '01020000',
    label: { zh: '借记卡', en: 'Debit card' },
  },
  credit: {
    id: 'credit',
    pan: '6225881200002003',
    expiry: '2912',
    track1: 'B6225881200002003^CREDIT/TEST^29121210000012345678',
    track2: '6225881200002003=29121210000012345678',
    track3: '',
    pin: '',
    needsPin: false,
    balanceFen: 2_000_000,
    limitFen: 0,
    fate: 'active',
    issuer: '03080000',
    label: { zh: '信用卡（免密）', en: 'Credit card without a PIN' },
  },
  lowBalance: {
    id: 'lowBalance',
    pan: '6210819300003000035',
    expiry: '3106',
    track1: 'B6210819300003000035^LOW/TEST^31061200000012345',
    track2: '6210819300003000035=31061200000012345',
    track3: '',
    pin: '111111',
    needsPin: true,
    balanceFen: 1_200,
    limitFen: 0,
    fate: 'active',
    issuer: '01050000',
    label: { zh: '余额不足的卡', en: 'Card with 12.00 left' },
  },
  vip: {
    id: 'vip',
    pan: '6225881200004009',
    expiry: '3012',
    track1: 'B6225881200004009^VIP/TEST^30121200000012345678',
    track2: '6225881200004009=30121200000012345678',
    track3: '996225881200004009=1561560500050000000002013000000214000049121=0209900061=000000000000=00000001040000',
    pin: '888888',
    needsPin: true,
    balanceFen: 900_000_000,
    limitFen: 0,
    fate: 'vip',
    issuer: '03010000',
    label: { zh: 'VIP卡', en: 'VIP card' },
  },
  limited: {
    id: 'limited',
    pan: '6210819300005000058',
    expiry: '2811',
    track1: 'B6210819300005000058^LIMITED/TEST^28111200000012345',
    track2: '6210819300005000058=28111200000012345',
    track3: '',
    pin: '123456',
    needsPin: true,
    balanceFen: 1_000_000,
    limitFen: 50_000,
    fate: 'active',
    issuer: '01040000',
    label: { zh: '限额卡（每笔500元）', en: 'Card limited to 500.00 a sale' },
  },
  expired: {
    id: 'expired',
    pan: '6225881200006004',
    expiry: '2401',
    track1: 'B6225881200006004^EXPIRED/TEST^24011200000012345678',
    track2: '6225881200006004=24011200000012345678',
    track3: '',
    pin: '123456',
    needsPin: true,
    balanceFen: 1_000_000,
    limitFen: 0,
    fate: 'active',
    issuer: '03080000',
    label: { zh: '过期卡', en: 'Expired card' },
  },
  lost: {
    id: 'lost',
    pan: '6210819300007000072',
    expiry: '3012',
    track1: 'B6210819300007000072^LOST/TEST^30121200000012345',
    track2: '6210819300007000072=30121200000012345',
    track3: '',
    pin: '123456',
    needsPin: true,
    balanceFen: 1_000_000,
    limitFen: 0,
    fate: 'lost',
    issuer: '01020000',
    label: { zh: '挂失卡', en: 'Lost card' },
  },
  stolen: {
    id: 'stolen',
    pan: '6210819300008000089',
    expiry: '3012',
    track1: 'B6210819300008000089^STOLEN/TEST^30121200000012345',
    track2: '6210819300008000089=30121200000012345',
    track3: '',
    pin: '123456',
    needsPin: true,
    balanceFen: 1_000_000,
    limitFen: 0,
    fate: 'stolen',
    issuer: '01030000',
    label: { zh: '被窃卡', en: 'Stolen card' },
  },
  restricted: {
    id: 'restricted',
    pan: '6225881200009008',
    expiry: '3012',
    track1: 'B6225881200009008^RESTRICTED/TEST^30121200000012345678',
    track2: '6225881200009008=30121200000012345678',
    track3: '',
    pin: '123456',
    needsPin: true,
    balanceFen: 1_000_000,
    limitFen: 0,
    fate: 'restricted',
    issuer: '01050000',
    label: { zh: '受限制的卡', en: 'Restricted card' },
  },
  chipOnly: {
    id: 'chipOnly',
    pan: '6210819300010000101',
    expiry: '3012',
    track1: 'B6210819300010000101^CHIP ONLY/TEST^30122200000012345',
    track2: '6210819300010000101=30122200000012345',
    track3: '',
    pin: '123456',
    needsPin: true,
    balanceFen: 1_000_000,
    limitFen: 0,
    fate: 'chipOnly',
    issuer: '01020000',
    label: { zh: '须用芯片的卡', en: 'Card whose chip must be used' },
  },
  unknown: {
    id: 'unknown',
    pan: '6210819300011000118',
    expiry: '3012',
    track1: 'B6210819300011000118^UNKNOWN/TEST^30121200000012345',
    track2: '6210819300011000118=30121200000012345',
    track3: '',
    pin: '123456',
    needsPin: true,
    balanceFen: 0,
    limitFen: 0,
    fate: 'unknown',
    issuer: '01030000',
    label: { zh: '中心不认识的卡', en: 'Card the center does not know' },
  },
} as const satisfies Record<string, TestCard>;

/** The same in a list, in the order of the tray. */
export const testCardList: readonly TestCard[] = Object.values(testCards);
