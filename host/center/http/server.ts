/**
 * The center's HTTP API: cards, terminals, faults and books for whoever needs only a host. On this machine's own address
 * unless told otherwise; `/openapi.json` describes it, `/` shows that to people.
 */
import type { AddressInfo } from 'node:net';
import swagger from '@fastify/swagger';
import Ajv from 'ajv';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { HttpOptions, HttpServer } from '../http-api';
import type { Center } from '../types';
import { checkSender, securityHeaders } from './guard';
import { pageOf, type OpenApi } from './page';
import { answerFor } from './problem';
import { addBookRoutes, addCardRoutes, addFaultRoutes, addTerminalRoutes } from './routes';
import { schemas } from './schemas';

const LONGEST_BODY_BYTES = 10_000;

const description =
  'Everything here is for test: test keys, test cards. Card numbers are masked in every answer; PINs and keys are taken, ' +
  'never given. An error is one sentence.';

/** Bodies are taken as they are; what stands in a URL is text and is read as the number it must be. */
function checkStrictly(app: FastifyInstance): void {
  const options = { useDefaults: true, allErrors: false, strict: false, verbose: true };
  const body = new Ajv(options);
  const others = new Ajv({ ...options, coerceTypes: true });
  for (const ajv of [body, others]) for (const schema of schemas) ajv.addSchema(schema, `${String(schema['$id'])}#`);
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? body : others).compile(schema as object));
}

export async function createHttpApi(center: Center, options: Omit<HttpOptions, 'port'> = {}): Promise<FastifyInstance> {
  const bound = options.host ?? '127.0.0.1';
  const app = Fastify({
    logger: false,
    bodyLimit: LONGEST_BODY_BYTES,
    frameworkErrors: (_error, _request, reply) => {
      void (reply as unknown as FastifyReply)
        .code(400)
        .headers(securityHeaders)
        .send({ error: 'the path is malformed; /openapi.json lists them' });
    },
  });
  app.removeContentTypeParser('text/plain');
  checkStrictly(app);
  for (const schema of schemas) app.addSchema(schema);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders);
    checkSender(request.headers, bound);
  });
  app.setErrorHandler((error, _request, reply) => {
    const { status, message, isOurs } = answerFor(error);
    if (isOurs) options.onError?.(error);
    return reply.code(status).send({ error: message });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ error: 'there is no such path here; /openapi.json lists them' }),
  );
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Cupos acquiring center',
        description,
        version: options.version ?? '0',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      tags: ['cards', 'terminals', 'faults', 'books'].map((name) => ({ name })),
    },
    refResolver: { buildLocalReference: (json) => json.$id as string },
  });
  addCardRoutes(app, center);
  addTerminalRoutes(app, center);
  addFaultRoutes(app, center);
  addBookRoutes(app, center);
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  app.get('/', { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(pageOf(app.swagger() as OpenApi)),
  );
  await app.ready();
  return app;
}

function whyNotListening(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} on ${host} is in use; choose another with --http`;
  if (error.code === 'EACCES') return `port ${port} on ${host} may not be used; choose another with --http`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') return `${host} is no address of this machine`;
  return `cannot listen on ${host}:${port}: ${error.message}`;
}

/** Listens; rejects with one clear sentence where it cannot. */
export async function startHttpApi(center: Center, options: HttpOptions): Promise<HttpServer> {
  const host = options.host ?? '127.0.0.1';
  const app = await createHttpApi(center, options);
  try {
    await app.listen({ host, port: options.port });
  } catch (error) {
    await app.close();
    throw new Error(whyNotListening(error as NodeJS.ErrnoException, host, options.port), { cause: error });
  }
  const { port } = app.server.address() as AddressInfo;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, close: () => app.close() };
}
