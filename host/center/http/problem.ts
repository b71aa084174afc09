/** Whatever goes wrong is answered by one sentence that names the place, and never by what was sent. */
import type { FastifyError, FastifySchemaValidationError } from 'fastify';

export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const places: Readonly<Record<string, string>> = {
  body: 'the body',
  querystring: 'the query',
  params: 'the path',
  headers: 'the headers',
};

/** What the checker tells beside its words, if it is told to be verbose. */
interface Described extends FastifySchemaValidationError {
  readonly parentSchema?: { readonly description?: string };
}

/** Of what a part of a request must be, in words. */
function demand({ keyword, params, message, parentSchema }: Described): string {
  const description = parentSchema?.description?.replace(/^write-only; /, '');
  if (keyword === 'pattern' && description !== undefined) return `is not of this form: ${description}`;
  if (keyword === 'enum') return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`;
  if (keyword === 'type') {
    const type = String(params['type']);
    return `must be ${type === 'integer' ? 'a whole number' : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`}`;
  }
  return message ?? 'is not as it must be';
}

/** A sentence for the first thing that a schema found wrong. */
export function validationSentence(
  errors: readonly FastifySchemaValidationError[],
  context: string | undefined,
): string {
  const place = places[context ?? ''] ?? 'the request';
  const [first] = errors;
  if (!first) return `${place} is not as it must be`;
  const { keyword, instancePath, params } = first;
  if (keyword === 'required') return `${place} has no ${String(params['missingProperty'])}`;
  if (keyword === 'additionalProperties') {
    return `${place} has a field that is not known here; /openapi.json lists the fields`;
  }
  if (keyword === 'minProperties') return `${place} holds nothing to change`;
  const name = instancePath.slice(1).replace(/\//g, '.');
  return `${name === '' ? place : `${name} in ${place}`} ${demand(first)}`;
}

const others: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the body must be JSON: say so by content-type: application/json',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty, and must be JSON',
  FST_ERR_CTP_INVALID_JSON_BODY: 'the body is not JSON',
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body is larger than any request of this API',
};

/** Status and sentence for anything that was thrown on the way. */
export function answerFor(error: unknown): { status: number; message: string; isOurs: boolean } {
  if (error instanceof Problem) return { status: error.status, message: error.message, isOurs: false };
  const { code, validation, validationContext, statusCode } = error as Partial<FastifyError>;
  if (validation) return { status: 400, message: validationSentence(validation, validationContext), isOurs: false };
  const known = others[code ?? ''];
  if (known !== undefined) return { status: statusCode ?? 400, message: known, isOurs: false };
  if (error instanceof SyntaxError) return { status: 400, message: 'the body is not JSON', isOurs: false };
  if (statusCode !== undefined && statusCode < 500) {
    return { status: statusCode, message: 'the request is not one of this API', isOurs: false };
  }
  return { status: 500, message: 'the center failed inside; nothing was changed', isOurs: true };
}
