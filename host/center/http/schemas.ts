/**
 * JSON Schemas (2020-12, as OpenAPI 3.1 takes them) of all that the API takes and gives. The server checks by them, answers
 * are cut to them, and the OpenAPI document is made of them.
 */
import { macModes, securityControls } from '../dialect';
import { centerFaults } from '../forced';

type Schema = Readonly<Record<string, unknown>>;

/** Far beyond any shop, within what JSON's numbers say exactly. */
const HIGHEST_FEN = 1_000_000_000_000;

const fen = (description: string): Schema => ({ type: 'integer', minimum: 0, maximum: HIGHEST_FEN, description });
const text = (pattern: string, description: string): Schema => ({ type: 'string', pattern, description });
const list = (items: string, description: string): Schema => ({
  type: 'array',
  items: { $ref: `${items}#` },
  description,
});
const count: Schema = { type: 'integer', minimum: 0 };

/** Everything that is written is required when it is read. */
function row(id: string, description: string, properties: Record<string, Schema>): Schema {
  return {
    $id: id,
    type: 'object',
    description,
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

function input(id: string, description: string, required: string[], properties: Record<string, Schema>): Schema {
  return { $id: id, type: 'object', description, properties, required, additionalProperties: false, minProperties: 1 };
}

export const cardFates = ['active', 'vip', 'lost', 'stolen', 'restricted', 'chipOnly'] as const;

export const cardName = text(
  '^[A-Za-z0-9_-]{1,40}$',
  'name of the card at this center: 1 to 40 letters, digits, - or _',
);
export const terminalId = text('^[\\x21-\\x7e]{8}$', 'F41, 8 characters');
const merchantId = text('^[\\x21-\\x7e]{15}$', 'F42, 15 characters');
const anyTerminal = text('^([\\x21-\\x7e]{8}|\\*)$', 'F41, 8 characters, or * for any terminal');
const anyMti = text('^(\\d{4}|\\*)$', 'message type such as 0200, or * for any');
const batch = text('^\\d{6}$', 'batch number, six digits');
const stan = text('^\\d{6}$', 'F11, six digits');
const maskedPan = text('^[\\d*]*$', 'first six and last four digits of the card number');
const pin = text('^(\\d{4,12})?$', 'write-only; 4 to 12 digits, empty for a card without a PIN');
const atMs: Schema = { type: 'integer', description: 'Unix time, ms' };
const fate: Schema = { type: 'string', enum: cardFates, description: 'what the issuer thinks of the card' };
const fault: Schema = { type: 'string', enum: centerFaults, description: 'what goes wrong; /amounts describes each' };
const macMode: Schema = { type: 'string', enum: macModes, description: 'how F64 is computed' };
const securityControl: Schema = { type: 'string', enum: securityControls, description: 'when the terminal sends F53' };

export const afterId: Schema = { ...count, description: 'only rows with a higher id; default 0' };
export const limit: Schema = {
  type: 'integer',
  minimum: 1,
  maximum: 1000,
  description: 'so many rows at most; default 100',
};

export const schemas: readonly Schema[] = [
  row('Error', 'one sentence that names the place', { error: { type: 'string' } }),
  row('Card', 'a card and its account', {
    card: cardName,
    maskedPan,
    balanceFen: fen('what the account holds, in fen'),
    limitFen: fen('most for one sale, in fen; 0: no limit'),
    fate,
    pinTries: { ...count, description: 'wrong PINs in a row; from 3 on the card is refused' },
  }),
  { ...list('Card', 'all cards'), $id: 'Cards' },
  input('NewCard', 'a card with an account of its own', ['card', 'pan', 'expiry', 'balanceFen'], {
    card: cardName,
    pan: text('^\\d{12,19}$', 'write-only; 12 to 19 digits, TEST numbers only'),
    expiry: text('^\\d{2}(0[1-9]|1[0-2])$', 'YYMM, four digits'),
    pin,
    balanceFen: fen('what the account holds, in fen'),
    limitFen: fen('most for one sale, in fen; default 0: no limit'),
    fate: { ...fate, default: 'active' },
    issuer: text('^\\d{8}$', '8 digits, the issuer in F44; default 01020000'),
  }),
  input('CardChange', 'what is left out stays as it is', [], {
    balanceFen: fen('what the account holds, in fen'),
    limitFen: fen('most for one sale, in fen; 0: no limit'),
    fate,
    pin,
    pinTries: { ...count, maximum: 3, description: 'wrong PINs in a row' },
  }),
  row('Terminal', 'a terminal; its keys are never told', {
    terminalId,
    merchantId,
    batch: { ...batch, description: 'the open batch; 000000 before the first sign-in' },
    state: { type: 'string', enum: ['new', 'signedIn', 'signedOff'] },
    dialect: {
      type: 'object',
      properties: { macMode, securityControl },
      required: ['macMode', 'securityControl'],
      additionalProperties: false,
    },
  }),
  { ...list('Terminal', 'all terminals'), $id: 'Terminals' },
  input('TerminalSetup', 'a new terminal, or a new master key for a known one', ['merchantId', 'tmk'], {
    merchantId,
    merchantName: text('^.{1,20}$', '1 to 20 characters, of a new merchant; default 银联测试商户'),
    tmk: text('^[0-9A-Fa-f]{32}$', 'write-only; 32 hex digits, a single-length key twice. TEST keys only'),
    macMode: { ...macMode, default: 'unionpay' },
    securityControl: { ...securityControl, default: 'needed' },
  }),
  row('Totals', "approved and not reversed, of one terminal's batch", {
    terminalId,
    batch,
    debitFen: fen('in fen'),
    debitCount: count,
    creditFen: fen('in fen'),
    creditCount: count,
  }),
  row('Fault', 'a fault that waits for its messages', {
    id: count,
    terminalId: anyTerminal,
    mti: anyMti,
    fault,
    remaining: count,
  }),
  { ...list('Fault', 'faults that wait, the next one first'), $id: 'Faults' },
  input('NewFault', 'the next messages meet a fault', ['fault'], {
    fault,
    terminalId: { ...anyTerminal, default: '*' },
    mti: { ...anyMti, default: '*' },
    count: { type: 'integer', minimum: 1, maximum: 1_000_000, default: 1, description: 'so many messages' },
  }),
  row('Amounts', 'outcomes and faults that the amount of a sale asks for', {
    codes: { type: 'string', description: 'the rule for answer codes' },
    faults: {
      type: 'array',
      items: {
        type: 'object',
        properties: { amountFen: count, fault, comesBack: { type: 'string' } },
        required: ['amountFen', 'fault', 'comesBack'],
        additionalProperties: false,
      },
    },
  }),
  row('Posting', 'one line of the ledger: a sale takes from the account, its reversal gives back', {
    id: count,
    kind: { type: 'string', enum: ['sale', 'reversal'] },
    card: { type: 'string' },
    maskedPan,
    amountFen: { type: 'integer', description: 'change of the account, in fen' },
    terminalId,
    batch,
    stan,
    reference: { type: 'string', description: 'F37' },
    atMs,
  }),
  { ...list('Posting', 'postings, oldest first'), $id: 'Ledger' },
  row('Exchange', 'one answered request that has a STAN and a MAC', {
    id: count,
    terminalId,
    batch,
    stan,
    mti: text('^\\d{4}$', 'message type'),
    transaction: { type: 'string' },
    maskedPan,
    amountFen: fen('what was asked for'),
    approvedFen: fen('what was approved; 0 for a declined one'),
    code: { type: 'string', description: 'F39' },
    reference: { type: 'string', description: 'F37' },
    reversed: { type: 'boolean' },
    repeats: { ...count, description: 'how often the same request came again' },
    atMs,
  }),
  { ...list('Exchange', 'exchanges, oldest first'), $id: 'Exchanges' },
];
