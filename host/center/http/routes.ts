/** What the HTTP API can do, one route an operation; forms are in schemas.ts. Nothing that is read holds a secret. */
import type { FastifyInstance, FastifySchema } from 'fastify';
import type { MacMode, SecurityControl } from '../dialect';
import { centerFaults } from '../forced';
import { faultWords } from '../fault-words';
import type { CardFate } from '../test-cards';
import { TEST_MERCHANT_NAME } from '../test-data';
import type { AccountRow, Center, CenterFault, TerminalRow } from '../types';
import { Problem } from './problem';
import { afterId, cardName, limit, terminalId } from './schemas';

const DEFAULT_LIMIT = 100;
const DEFAULT_ISSUER = '01020000';
/** Yuan of the sales whose fen choose a fault. */
const FAULT_FEN = 7_400;

interface Page {
  readonly after?: number;
  readonly limit?: number;
}

const ref = (id: string): { $ref: string } => ({ $ref: `${id}#` });
const errors = { '4xx': ref('Error'), '5xx': ref('Error') };

function form(tag: string, summary: string, parts: FastifySchema, answer: Record<string, unknown>): FastifySchema {
  return { tags: [tag], summary, ...parts, response: { ...answer, ...errors } };
}

const cardParams = { type: 'object', properties: { card: cardName }, required: ['card'] };
const terminalParams = { type: 'object', properties: { terminalId }, required: ['terminalId'] };
const pageQuery = { type: 'object', properties: { after: afterId, limit }, additionalProperties: false };
const nothing = { type: 'null', description: 'done' };

function cut<Row>(rows: Row[], { limit: most = DEFAULT_LIMIT }: Page): Row[] {
  return rows.slice(0, most);
}

export function addCardRoutes(app: FastifyInstance, center: Center): void {
  function account(card: string): AccountRow {
    const found = center.accounts().find((row) => row.card === card);
    if (!found) throw new Problem(404, 'no card of this name; GET /cards lists them');
    return found;
  }

  app.get(
    '/cards',
    { schema: form('cards', 'all cards and what their accounts hold', {}, { 200: ref('Cards') }) },
    () => center.accounts(),
  );

  app.get<{ Params: { card: string } }>(
    '/cards/:card',
    { schema: form('cards', 'one card', { params: cardParams }, { 200: ref('Card') }) },
    (request) => account(request.params.card),
  );

  interface NewCard {
    readonly card: string;
    readonly pan: string;
    readonly expiry: string;
    readonly pin?: string;
    readonly balanceFen: number;
    readonly limitFen?: number;
    readonly fate?: CardFate;
    readonly issuer?: string;
  }
  app.post<{ Body: NewCard }>(
    '/cards',
    { schema: form('cards', 'add a card with an account of its own', { body: ref('NewCard') }, { 201: ref('Card') }) },
    (request, reply) => {
      const {
        card,
        pan,
        expiry,
        pin = '',
        balanceFen,
        limitFen = 0,
        fate = 'active',
        issuer = DEFAULT_ISSUER,
      } = request.body;
      if (center.accounts().some((row) => row.card === card)) {
        throw new Problem(409, 'a card of this name is there already; PATCH /cards/{card} changes it');
      }
      center.addCard({ id: card, pan, expiry, pin, needsPin: pin !== '', balanceFen, limitFen, fate, issuer });
      // A number that is known keeps its card, under the name it has.
      if (!center.accounts().some((row) => row.card === card)) {
        throw new Problem(409, 'a card of this number is there already, under another name');
      }
      void reply.code(201);
      return account(card);
    },
  );

  interface Change {
    readonly balanceFen?: number;
    readonly limitFen?: number;
    readonly fate?: CardFate;
    readonly pin?: string;
    readonly pinTries?: number;
  }
  app.patch<{ Params: { card: string }; Body: Change }>(
    '/cards/:card',
    {
      schema: form(
        'cards',
        'set balance, limit, fate, PIN or wrong tries',
        { params: cardParams, body: ref('CardChange') },
        { 200: ref('Card') },
      ),
    },
    (request) => {
      account(request.params.card);
      center.changeCard(request.params.card, request.body);
      return account(request.params.card);
    },
  );
}

export function addTerminalRoutes(app: FastifyInstance, center: Center): void {
  function terminal(id: string): TerminalRow {
    const found = center.terminals().find((row) => row.terminalId === id);
    if (!found) throw new Problem(404, 'no terminal of this number; GET /terminals lists them');
    return found;
  }

  app.get('/terminals', { schema: form('terminals', 'all terminals', {}, { 200: ref('Terminals') }) }, () =>
    center.terminals(),
  );

  app.get<{ Params: { terminalId: string } }>(
    '/terminals/:terminalId',
    { schema: form('terminals', 'one terminal', { params: terminalParams }, { 200: ref('Terminal') }) },
    (request) => terminal(request.params.terminalId),
  );

  interface Setup {
    readonly merchantId: string;
    readonly merchantName?: string;
    readonly tmk: string;
    readonly macMode?: MacMode;
    readonly securityControl?: SecurityControl;
  }
  app.put<{ Params: { terminalId: string }; Body: Setup }>(
    '/terminals/:terminalId',
    {
      schema: form(
        'terminals',
        'add a terminal, or give a known one another master key or dialect (its working keys are gone then)',
        { params: terminalParams, body: ref('TerminalSetup') },
        { 200: ref('Terminal') },
      ),
    },
    (request) => {
      const { merchantId, merchantName = TEST_MERCHANT_NAME, tmk, macMode, securityControl } = request.body;
      center.addMerchant({ merchantId, name: merchantName });
      const dialect = { macMode, securityControl };
      center.addTerminal({ terminalId: request.params.terminalId, merchantId, tmk, dialect });
      return terminal(request.params.terminalId);
    },
  );

  app.post<{ Params: { terminalId: string } }>(
    '/terminals/:terminalId/batches',
    {
      schema: form(
        'terminals',
        "open the next batch behind the terminal's back: its sales are refused (77) until it signs in",
        { params: terminalParams },
        { 201: ref('Terminal') },
      ),
    },
    (request, reply) => {
      terminal(request.params.terminalId);
      center.openBatch(request.params.terminalId);
      void reply.code(201);
      return terminal(request.params.terminalId);
    },
  );

  app.post<{ Params: { terminalId: string } }>(
    '/terminals/:terminalId/working-keys',
    {
      schema: form(
        'terminals',
        "replace the working keys behind the terminal's back: its next MAC is wrong (A0) until it signs in",
        { params: terminalParams },
        { 204: nothing },
      ),
    },
    (request, reply) => {
      const { state } = terminal(request.params.terminalId);
      if (state === 'new') throw new Problem(409, 'the terminal has no working keys yet: it never signed in');
      center.replaceKeys(request.params.terminalId);
      void reply.code(204).send();
    },
  );

  app.get<{ Params: { terminalId: string }; Querystring: { batch?: string } }>(
    '/terminals/:terminalId/totals',
    {
      schema: form(
        'books',
        'what was approved and not reversed in a batch; default the open one',
        {
          params: terminalParams,
          querystring: {
            type: 'object',
            properties: { batch: { type: 'string', pattern: '^\\d{6}$', description: 'six digits' } },
            additionalProperties: false,
          },
        },
        { 200: ref('Totals') },
      ),
    },
    (request) => {
      const { terminalId: id, batch: open } = terminal(request.params.terminalId);
      const batch = request.query.batch ?? open;
      return { terminalId: id, batch, ...center.totals(id, batch) };
    },
  );
}

export function addFaultRoutes(app: FastifyInstance, center: Center): void {
  app.get('/faults', { schema: form('faults', 'faults that wait', {}, { 200: ref('Faults') }) }, () => center.faults());

  interface NewFault {
    readonly fault: CenterFault;
    readonly terminalId?: string;
    readonly mti?: string;
    readonly count?: number;
  }
  app.post<{ Body: NewFault }>(
    '/faults',
    { schema: form('faults', 'make the next messages fail', { body: ref('NewFault') }, { 201: ref('Faults') }) },
    (request, reply) => {
      const { fault, terminalId: id = '*', mti = '*', count = 1 } = request.body;
      center.setFault(id, fault, count, mti);
      void reply.code(201);
      return center.faults();
    },
  );

  app.delete(
    '/faults',
    { schema: form('faults', 'take all of them back', {}, { 204: nothing }) },
    (_request, reply) => {
      center.clearFaults();
      void reply.code(204).send();
    },
  );

  app.delete<{ Params: { id: number } }>(
    '/faults/:id',
    {
      schema: form(
        'faults',
        'take one back',
        { params: { type: 'object', properties: { id: { type: 'integer', minimum: 1 } }, required: ['id'] } },
        { 204: nothing },
      ),
    },
    (request, reply) => {
      if (!center.faults().some((row) => row.id === request.params.id)) {
        throw new Problem(404, 'no fault of this id waits; GET /faults lists them');
      }
      center.removeFault(request.params.id);
      void reply.code(204).send();
    },
  );

  app.get('/amounts', { schema: form('faults', 'what amounts ask for', {}, { 200: ref('Amounts') }) }, () => ({
    codes:
      'where the yuan of a sale end in 44, the fen are the answer code: 44.51 is declined with 51; 44.80 to 44.87 ' +
      'stand for A0 to A7',
    faults: centerFaults.map((fault, i) => ({ amountFen: FAULT_FEN + i + 1, fault, comesBack: faultWords[fault] })),
  }));
}

export function addBookRoutes(app: FastifyInstance, center: Center): void {
  app.get<{ Querystring: Page }>(
    '/ledger',
    { schema: form('books', 'postings, oldest first', { querystring: pageQuery }, { 200: ref('Ledger') }) },
    (request) => cut(center.ledger(request.query.after), request.query),
  );
  app.get<{ Querystring: Page }>(
    '/exchanges',
    { schema: form('books', 'answered requests, oldest first', { querystring: pageQuery }, { 200: ref('Exchanges') }) },
    (request) => cut(center.exchanges(request.query.after), request.query),
  );
}
