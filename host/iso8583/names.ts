/** Names of message types and fields, for people: Chinese as the protocol says it, and English. */

export type Name = readonly [chinese: string, english: string];

/** Every message type of the protocol: requests, and their answers ten above. */
export const messageNames: Readonly<Record<string, Name>> = {
  '0100': ['授权类请求', 'authorisation request'],
  '0110': ['授权类应答', 'authorisation answer'],
  '0200': ['金融类请求', 'financial request'],
  '0210': ['金融类应答', 'financial answer'],
  '0220': ['金融类通知', 'financial advice'],
  '0230': ['金融类通知应答', 'financial advice answer'],
  '0320': ['批上送', 'batch upload'],
  '0330': ['批上送应答', 'batch upload answer'],
  '0400': ['冲正请求', 'reversal request'],
  '0410': ['冲正应答', 'reversal answer'],
  '0500': ['批结算请求', 'settlement request'],
  '0510': ['批结算应答', 'settlement answer'],
  '0620': ['脚本结果通知', 'script result advice'],
  '0630': ['脚本结果通知应答', 'script result advice answer'],
  '0800': ['网络管理请求', 'network management request'],
  '0810': ['网络管理应答', 'network management answer'],
  '0820': ['网络管理通知', 'network management advice'],
  '0830': ['网络管理通知应答', 'network management advice answer'],
};

const knownTypes = new Uint8Array(65536);
for (const mti of Object.keys(messageNames)) knownTypes[parseInt(mti, 16)] = 1;

/** `mti`: its two bytes as one number, 0x0200 for a sale. */
export function isKnownType(mti: number): boolean {
  return knownTypes[mti] === 1;
}

export const fieldNames: Readonly<Record<number, Name>> = {
  2: ['主账号', 'PAN'],
  3: ['交易处理码', 'processing code'],
  4: ['交易金额', 'amount'],
  11: ['受卡方系统跟踪号', 'STAN'],
  12: ['受卡方所在地时间', 'local time'],
  13: ['受卡方所在地日期', 'local date'],
  14: ['卡有效期', 'expiry'],
  15: ['清算日期', 'settlement date'],
  22: ['服务点输入方式码', 'entry mode'],
  23: ['卡序列号', 'card sequence number'],
  25: ['服务点条件码', 'condition code'],
  26: ['服务点PIN获取码', 'PIN capture code'],
  32: ['受理方标识码', 'acquirer id'],
  35: ['2磁道数据', 'track 2'],
  36: ['3磁道数据', 'track 3'],
  37: ['检索参考号', 'retrieval reference'],
  38: ['授权标识应答码', 'authorisation code'],
  39: ['应答码', 'answer code'],
  41: ['受卡机终端标识码', 'terminal id'],
  42: ['受卡方标识码', 'merchant id'],
  43: ['受卡方名称', 'merchant name'],
  44: ['附加响应数据', 'additional answer data'],
  48: ['附加数据(私有)', 'private data'],
  49: ['交易货币代码', 'currency'],
  52: ['个人标识码数据', 'PIN block'],
  53: ['安全控制信息', 'security control'],
  54: ['余额', 'balance'],
  55: ['IC卡数据域', 'chip data'],
  57: ['附加交易信息', 'additional transaction data'],
  58: ['PBOC电子钱包标准的交易信息', 'e-purse data'],
  59: ['自定义域', 'private TLV'],
  60: ['自定义域', 'message type, batch, management code'],
  61: ['原始信息域', 'original transaction'],
  62: ['自定义域', 'private, by transaction'],
  63: ['自定义域', 'operator or card organisation, answer texts'],
  64: ['报文鉴别码', 'MAC'],
};
