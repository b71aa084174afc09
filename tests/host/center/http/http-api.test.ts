/**
 * The center's HTTP API: every answer fits the OpenAPI document, nothing secret comes back, wrong requests get one sentence,
 * pages of other origins get nothing.
 */
import { request as httpRequest } from 'node:http';
import Ajv2020 from 'ajv/dist/2020';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { createHttpApi, startHttpApi } from '../../../../host/center/http/server';
import { testCardList, testCards } from '../../../../host/center/test-cards';
import { TEST_TERMINAL } from '../../../../host/center/test-data';
import { openCenter } from '../center-fixture';

interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema: object }> }> }>
  >;
  components: object;
}

type Fixture = ReturnType<typeof openCenter>;

let app: FastifyInstance;
let fixture: Fixture;
let document: Document;
let ajv: Ajv2020;
const failures: unknown[] = [];

beforeEach(async () => {
  fixture = openCenter();
  app = await createHttpApi(fixture.center, { version: '1.2.3', onError: (error) => failures.push(error) });
  document = JSON.parse((await app.inject('/openapi.json')).body) as Document;
  ajv = new Ajv2020({ strict: false });
  ajv.addSchema(document, 'openapi');
});

afterEach(async () => {
  await app.close();
  fixture.store.close();
  failures.length = 0;
});

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
}

/** Asks, and holds the answer against the document. */
async function ask(method: InjectOptions['method'], url: string, payload?: unknown): Promise<Answer> {
  const response = await app.inject({ method, url, ...(payload === undefined ? {} : { payload: payload as object }) });
  const path = url.replace(/\?.*/, '').replace(/^\/(cards|terminals|faults)\/[^/]+/, (_all, kind: string) => {
    const names: Record<string, string> = { cards: 'card', terminals: 'terminalId', faults: 'id' };
    return `/${kind}/{${names[kind]}}`;
  });
  const { responses } = document.paths[path]?.[String(method).toLowerCase()] ?? { responses: {} };
  const status = String(response.statusCode);
  const described = responses[status] ?? responses[`${status.charAt(0)}XX`];
  if (!described) throw new Error(`${method} ${path} answered ${status}, which the document does not know`);
  const text = response.body;
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  if (status !== '204') {
    const pointer = `openapi#/paths/${path.replace(/~/g, '~0').replace(/\//g, '~1').replace(/[{}]/g, encodeURIComponent)}/${String(method).toLowerCase()}/responses/${responses[status] ? status : `${status.charAt(0)}XX`}/content/application~1json/schema`;
    const validate = ajv.getSchema(pointer) ?? ajv.compile({ $ref: pointer });
    if (!validate(body)) throw new Error(`${method} ${url}: ${ajv.errorsText(validate.errors)}`);
  }
  return { status: response.statusCode, body, text };
}

test('the document is OpenAPI 3.1, by the published schema of OpenAPI', async () => {
  const schema = require('@seriousme/openapi-schema-validator/schemas/v3.1/schema.json') as { $id: string };
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
  expect(validate(document) ? [] : validate.errors).toEqual([]);
  expect(document.openapi).toBe('3.1.0');
  const operations = Object.values(document.paths).flatMap((path) => Object.keys(path));
  expect(operations.length).toBeGreaterThan(15);
});

test('cards: listed, added, changed; number and PIN never come back', async () => {
  const before = await ask('GET', '/cards');
  expect(before.body).toHaveLength(testCardList.length - 1);
  const card = { card: 'gift', pan: '6210819300012000125', expiry: '3012', balanceFen: 5000, pin: '246810' };
  const added = await ask('POST', '/cards', card);
  expect(added).toMatchObject({
    status: 201,
    body: { card: 'gift', maskedPan: '621081*********0125', balanceFen: 5000 },
  });
  expect(await ask('PATCH', '/cards/gift', { balanceFen: 1, fate: 'lost', limitFen: 2, pin: '1357' })).toMatchObject({
    body: { balanceFen: 1, fate: 'lost', limitFen: 2, pinTries: 0 },
  });
  const everything = [before, added, await ask('GET', '/cards'), await ask('GET', '/cards/gift')].map(
    (one) => one.text,
  );
  for (const secret of [card.pan, card.pin, '1357', testCards.debit.pan])
    expect(everything.join()).not.toContain(secret);
});

test('what a change does is what the terminal meets: PIN, fate, balance, wrong tries', async () => {
  const { terminal } = fixture;
  terminal.signIn();
  await ask('PATCH', '/cards/debit', { pin: '9753' });
  expect(terminal.sale().code).toBe('55');
  expect(terminal.sale({ pin: '9753' }).code).toBe('00');
  await ask('PATCH', '/cards/debit', { fate: 'stolen' });
  expect(terminal.sale({ pin: '9753' }).code).toBe('43');
  await ask('PATCH', '/cards/debit', { fate: 'active', balanceFen: 50 });
  expect(terminal.sale({ pin: '9753' }).code).toBe('51');
  await ask('PATCH', '/cards/debit', { pinTries: 3 });
  expect(terminal.sale({ pin: '9753', amountFen: 10 }).code).toBe('38');
  await ask('PATCH', '/cards/debit', { pin: '' });
  expect(terminal.sale({ pin: null, amountFen: 10 }).code).toBe('00');
});

test('terminals: added with keys that are never told, a batch opened, working keys replaced', async () => {
  const tmk = '00112233445566778899AABBCCDDEEFF';
  const setup = { merchantId: '898110053310009', tmk, macMode: 'x9.9' };
  expect(await ask('GET', '/terminals/SHOP0001')).toMatchObject({ status: 404 });
  const added = await ask('PUT', '/terminals/SHOP0001', setup);
  expect(added).toMatchObject({ status: 200, body: { state: 'new', batch: '000000', dialect: { macMode: 'x9.9' } } });
  expect(added.text).not.toContain(tmk);
  expect(await ask('POST', '/terminals/SHOP0001/working-keys')).toMatchObject({ status: 409 });
  const { terminal } = fixture;
  terminal.signIn();
  expect(terminal.sale().code).toBe('00');
  expect(await ask('GET', '/terminals/10000001/totals')).toMatchObject({ body: { debitFen: 10_000, debitCount: 1 } });
  expect(await ask('POST', '/terminals/10000001/batches')).toMatchObject({ status: 201, body: { batch: '000002' } });
  expect(terminal.sale().code).toBe('77');
  expect(await ask('GET', '/terminals/10000001/totals?batch=000001')).toMatchObject({ body: { debitCount: 1 } });
  terminal.signIn();
  expect(await ask('POST', '/terminals/10000001/working-keys')).toMatchObject({ status: 204 });
  expect(terminal.sale().code).toBe('A0');
  expect((await ask('GET', '/terminals')).text).not.toContain(TEST_TERMINAL.tmk);
});

test('faults: set, listed, met, taken back', async () => {
  const { terminal } = fixture;
  terminal.signIn();
  expect(await ask('POST', '/faults', { fault: 'noMac', mti: '0200', count: 2 })).toMatchObject({ status: 201 });
  expect(await ask('POST', '/faults', { fault: 'silence', terminalId: '10000001' })).toMatchObject({
    body: [{ fault: 'noMac', remaining: 2, terminalId: '*' }, { fault: 'silence' }],
  });
  expect(terminal.sale().macValid).toBe(false);
  const [first] = (await ask('GET', '/faults')).body as { id: number; remaining: number }[];
  expect(first?.remaining).toBe(1);
  expect(await ask('DELETE', `/faults/${first?.id}`)).toMatchObject({ status: 204 });
  expect(await ask('DELETE', `/faults/${first?.id}`)).toMatchObject({ status: 404 });
  expect(await ask('DELETE', '/faults')).toMatchObject({ status: 204 });
  expect((await ask('GET', '/faults')).body).toEqual([]);
  const amounts = (await ask('GET', '/amounts')).body as { faults: { amountFen: number; fault: string }[] };
  const chosen = amounts.faults.find((row) => row.fault === 'noMac');
  expect(terminal.sale({ amountFen: chosen?.amountFen }).macValid).toBe(false);
});

test('books: ledger and exchanges, page by page', async () => {
  const { terminal } = fixture;
  terminal.signIn();
  terminal.sale();
  terminal.reverse();
  terminal.sale({ amountFen: 20_000 });
  const all = (await ask('GET', '/ledger')).body as { id: number; amountFen: number; kind: string }[];
  expect(all.map((row) => `${row.kind} ${row.amountFen}`)).toEqual(['sale -10000', 'reversal 10000', 'sale -20000']);
  expect((await ask('GET', '/ledger?limit=1')).body).toEqual([all[0]]);
  expect((await ask('GET', `/ledger?after=${all[1]?.id}`)).body).toEqual([all[2]]);
  const exchanges = await ask('GET', '/exchanges?limit=2');
  expect(exchanges.body).toMatchObject([
    { mti: '0200', code: '00', reversed: true, maskedPan: '621081*********0011' },
    { mti: '0400', code: '00' },
  ]);
});

test.each([
  [
    'POST',
    '/cards',
    { card: 'a', pan: '12', expiry: '3012', balanceFen: 1 },
    400,
    /^pan in the body is not of this form: 12 to 19 digits/,
  ],
  [
    'POST',
    '/cards',
    { card: 'a', pan: '6210819300012000125', expiry: '3013', balanceFen: 1 },
    400,
    /^expiry in the body is not of this form: YYMM/,
  ],
  ['POST', '/cards', { card: 'a', pan: '6210819300012000125', expiry: '3012' }, 400, /^the body has no balanceFen$/],
  ['POST', '/cards', { card: 'debit', pan: '6210819300012000125', expiry: '3012', balanceFen: 1 }, 409, /this name/],
  ['POST', '/cards', { card: 'twin', pan: testCards.debit.pan, expiry: '3012', balanceFen: 1 }, 409, /this number/],
  ['PATCH', '/cards/debit', { balanceFen: '5' }, 400, /^balanceFen in the body must be a whole number$/],
  ['PATCH', '/cards/debit', { balanceFen: null }, 400, /^balanceFen in the body must be a whole number$/],
  ['PATCH', '/cards/debit', { balanceFen: -1 }, 400, /^balanceFen in the body must be >= 0$/],
  ['PATCH', '/cards/debit', { balanceFen: 1e300 }, 400, /^balanceFen in the body/],
  ['PATCH', '/cards/debit', { pan: '6210819300012000125' }, 400, /field that is not known/],
  ['PATCH', '/cards/debit', {}, 400, /^the body holds nothing to change$/],
  ['PATCH', '/cards/debit', { fate: 'eaten' }, 400, /^fate in the body must be one of active, vip/],
  ['PATCH', '/cards/gold', { balanceFen: 1 }, 404, /^no card of this name/],
  ['PATCH', '/cards/debit', [], 400, /^the body must be an object$/],
  [
    'PUT',
    '/terminals/SHOP0001',
    { merchantId: '898110053310009', tmk: 'secret' },
    400,
    /^tmk in the body is not of this form: 32 hex/,
  ],
  ['PUT', '/terminals/SHOP', { merchantId: '898110053310009', tmk: '0'.repeat(32) }, 400, /^terminalId in the path/],
  ['POST', '/faults', { fault: 'fire' }, 400, /^fault in the body must be one of silence/],
  ['GET', '/ledger?after=-1', undefined, 400, /^after in the query must be >= 0$/],
  ['GET', '/ledger?limit=many', undefined, 400, /^limit in the query must be a whole number$/],
  ['GET', '/ledger?offset=1', undefined, 400, /^the query has a field/],
  ['GET', '/terminals/10000001/totals?batch=1', undefined, 400, /^batch in the query is not of this form: six digits$/],
  ['DELETE', '/faults/x', undefined, 400, /^id in the path must be a whole number$/],
] as [InjectOptions['method'], string, object | undefined, number, RegExp][])(
  '%s %s %j: one sentence',
  async (method, url, payload, status, said) => {
    const books = JSON.stringify([fixture.center.accounts(), fixture.center.terminals(), fixture.center.faults()]);
    const answer = await ask(method, url, payload);
    expect(answer).toMatchObject({ status, body: { error: expect.stringMatching(said) } });
    expect(answer.text).not.toMatch(/secret|62108193000120|at .*\.ts/);
    expect(JSON.stringify([fixture.center.accounts(), fixture.center.terminals(), fixture.center.faults()])).toBe(
      books,
    );
  },
);

test.each([
  ['text', 'text/plain', '{"fault":"silence"}', 415, 'must be JSON'],
  ['a form', 'application/x-www-form-urlencoded', 'fault=silence', 415, 'must be JSON'],
  ['half of it', 'application/json', '{"fault":', 400, 'is not JSON'],
  ['nothing', 'application/json', '', 400, 'is empty'],
  ['too much', 'application/json', `{"fault":"${'x'.repeat(20_000)}"}`, 413, 'larger than any'],
  ['poison', 'application/json', '{"__proto__":{"fault":"silence"},"fault":"silence"}', 400, 'is not JSON'],
])('a body that is %s is refused', async (_name, type, payload, status, said) => {
  const response = await app.inject({ method: 'POST', url: '/faults', headers: { 'content-type': type }, payload });
  expect(response.statusCode).toBe(status);
  expect(JSON.parse(response.body)).toEqual({ error: expect.stringContaining(said) });
  expect(fixture.center.faults()).toEqual([]);
});

test('no such path, no such method: said, with where to look', async () => {
  for (const [method, url] of [
    ['GET', '/nothing'],
    ['PUT', '/cards'],
    ['GET', '/cards/../../etc'],
  ] as const) {
    const response = await app.inject({ method, url });
    expect(response.statusCode).toBe(404);
    expect(response.body).toContain('/openapi.json');
  }
});

test('a path that cannot be decoded is refused in the same form', async () => {
  const response = await app.inject({ method: 'GET', url: '/cards/%zz' });
  expect(response.statusCode).toBe(400);
  expect(JSON.parse(response.body)).toEqual({ error: 'the path is malformed; /openapi.json lists them' });
});

test('a page of another origin and a foreign name for this machine get nothing', async () => {
  const headers = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { host: 'evil.example' },
    { host: 'localhost.evil.example:80', origin: 'http://localhost.evil.example:80' },
  ];
  for (const sent of headers) {
    const url = '/faults';
    expect((await app.inject({ method: 'POST', url, headers: sent, payload: { fault: 'silence' } })).statusCode).toBe(
      403,
    );
    expect((await app.inject({ url: '/cards', headers: sent })).statusCode).toBe(403);
  }
  expect(fixture.center.faults()).toEqual([]);
  const own = { host: 'localhost:80', origin: 'http://localhost:80' };
  expect((await app.inject({ url: '/cards', headers: own })).statusCode).toBe(200);
});

test('a center that fails inside: one sentence, nothing of the failure in it', async () => {
  fixture.store.exec('DROP TABLE ledger');
  expect(await ask('GET', '/ledger')).toMatchObject({
    status: 500,
    body: { error: 'the center failed inside; nothing was changed' },
  });
  expect(failures).toHaveLength(1);
});

test('the page for people shows every operation and runs nothing', async () => {
  const page = await app.inject('/');
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  for (const path of Object.keys(document.paths)) expect(page.body).toContain(path);
  expect(page.body).toContain('POST /cards');
  expect(page.body).toContain('tmk (needed)');
  expect(page.body).not.toContain('<script');
});

test('it listens on this machine alone, and says why it cannot', async () => {
  const server = await startHttpApi(fixture.center, { port: 0 });
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const status = await new Promise((resolve, reject) => {
    httpRequest(`${server.url}/cards`, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
  const port = parseInt(server.url.split(':')[2] ?? '', 10);
  await expect(startHttpApi(fixture.center, { port })).rejects.toThrow(`port ${port} on 127.0.0.1 is in use`);
  await expect(startHttpApi(fixture.center, { port: 0, host: '192.0.2.1' })).rejects.toThrow(
    'no address of this machine',
  );
  await server.close();
});
