/** Who is answered: names and origins of this server, however they are written, and nobody's else. */
import { isOwnName, isOwnOrigin } from '../../host/own-address';

test.each([
  ['127.0.0.1:8583', '127.0.0.1'],
  ['LOCALHOST:8583', '127.0.0.1'],
  ['[::1]:8583', '127.0.0.1'],
  ['192.0.2.7:8583', '192.0.2.7'],
  ['[2001:DB8:0:0::7]:8583', '2001:db8::7'],
  ['terminal.local', 'terminal.local'],
  ['any.name:1', '0.0.0.0'],
  ['any.name:1', '::'],
  ['[fe80::1]:1', '::'],
])('%s is a name of a server bound to %s', (host, bound) => {
  expect(isOwnName(host, bound)).toBe(true);
});

test.each([
  [undefined, '127.0.0.1'],
  ['', '0.0.0.0'],
  ['evil.example:8583', '127.0.0.1'],
  ['evil@127.0.0.1', '127.0.0.1'],
  ['127.0.0.1/..', '127.0.0.1'],
  ['127.0.0.1.evil.example', '127.0.0.1'],
  ['[::2]:8583', '::1'],
  ['a b', '::'],
])('%s is none of a server bound to %s', (host, bound) => {
  expect(isOwnName(host, bound)).toBe(false);
});

test('an origin counts as own when host and port are the same, in whatever spelling', () => {
  expect(isOwnOrigin(undefined, '127.0.0.1:8583')).toBe(true);
  expect(isOwnOrigin('http://127.0.0.1:8583', '127.0.0.1:8583')).toBe(true);
  expect(isOwnOrigin('http://localhost', 'localhost:80')).toBe(true);
  expect(isOwnOrigin('http://localhost:8583', '127.0.0.1:8583')).toBe(false);
  expect(isOwnOrigin('http://127.0.0.1:8584', '127.0.0.1:8583')).toBe(false);
  for (const none of ['', 'null', 'evil', 'file://']) expect(isOwnOrigin(none, '127.0.0.1:8583')).toBe(false);
  expect(isOwnOrigin('http://a', undefined)).toBe(false);
});
