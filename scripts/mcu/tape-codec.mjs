// What the player times besides the tape: the codec on the message of a sale, a call at a time.
import { loadSource } from './load-sources.mjs';

const literal = (bytes) =>
  `"${[...bytes].map((one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')}"`;

/** A function for the player that packs and indexes the request `body` (from its MTI on): `C pack ms`, `C index ms`. */
export function codecProgram(body) {
  const message = loadSource('firmware/iso8583/message');
  const index = message.createIndex();
  if (message.indexMessage(body, index) !== 0) throw new Error('the recorded request is no message');
  const fields = [];
  for (let field = 2; field <= 64; field++) {
    if (message.hasField(index, field)) fields.push([field, message.wireField(body, index, field)]);
  }
  const sets = fields.map(([field, bytes]) => `fields[${field}] = ${literal(bytes)};`);
  const mti = literal(body.slice(0, 2));
  return `function (each) {
  var codec = global.require('firmware/iso8583/message');
  var fields = [];
  var body = '' + ${literal(body)};
  var known = codec._createIndex();
  ${sets.join('\n  ')}
  if (codec._packMessage(${mti}, fields) !== body) print('DIFFERS pack');
  if (codec._indexMessage(body, known) !== 0) print('DIFFERS index');
  each('pack', function () { codec._packMessage(${mti}, fields); });
  each('index', function () { codec._indexMessage(body, known); });
}`;
}
