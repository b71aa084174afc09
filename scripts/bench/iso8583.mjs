// Codec figures: fields to bytes and bytes to fields on a chip sale of 18 fields (239 bytes), values going in and coming
// out as in the JSON form. The subjects take turns in rounds, so that whatever else the machine does hits them alike.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { peerRuns } from './iso8583-peer.mjs';
import { timeJpos } from './jpos-peer.mjs';
import { medianRounds } from './measure.mjs';

const require = createRequire(import.meta.url);

/** Made-up test data; F64 is no valid MAC. */
const wireHex =
  '0200702406C020C09A11196228480402564890018000000000000001234500012330120510000100063762284804025648900' +
  '18D3012220123456789003132333435363738383938313030303132333430303031313536A1B2C3D4E5F60718260000000000000001179F26' +
  '08A0B1C2D3E4F506079F2701809F101307010103A0A802010A010000000000112233449F37041A2B3C4D9F36020102950500800400009A03' +
  '2611219C01009F02060000000123455F2A02015682027C009F1A0201569F03060000000000009F3303E0F9C89F34034203009F3501229F09' +
  '0200300013220000010006000102030405060708';

export function benchCodec(dist, note) {
  const { packBody } = require(join(dist, 'host/iso8583/pack.js'));
  const { unpackBody } = require(join(dist, 'host/iso8583/unpack.js'));
  const wire = new Uint8Array(Buffer.from(wireHex, 'hex'));
  // Through JSON text, as a message arrives: no string is cut out of another one.
  const { mti, fields } = JSON.parse(JSON.stringify(unpackBody(wire, 0)));
  if (Buffer.from(packBody(mti, fields)).toString('hex').toUpperCase() !== wireHex) {
    throw new Error('the codec does not give the message back');
  }
  // The peers take the MAC field as binary.
  const peerFields = { ...fields, 64: '0102030405060708' };
  const peer = peerRuns(mti, peerFields);
  const [pack, unpack, peerPack, peerUnpack] = medianRounds([
    [() => packBody(mti, fields), 20_000],
    [() => unpackBody(wire, 0), 20_000],
    [peer.pack, 500],
    [peer.unpack, 2_500],
  ]);
  const figures = {
    'iso8583.pack.us': pack,
    'iso8583.unpack.us': unpack,
    'peer.iso_8583.pack.us': peerPack,
    'peer.iso_8583.unpack.us': peerUnpack,
  };
  const jpos = timeJpos(wireHex, peerFields);
  if (jpos.skipped) note(`jPOS SKIPPED: ${jpos.skipped}`);
  else Object.assign(figures, { 'peer.jpos.pack.us': jpos.pack, 'peer.jpos.unpack.us': jpos.unpack });
  note(
    `iso_8583 takes ${(peerPack / pack).toFixed(1)} × our time to pack, ${(peerUnpack / unpack).toFixed(1)} × to unpack`,
  );
  return figures;
}
