/** The OpenAPI document as a page for people: one table, no script. */

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema?: Field }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Field }> };
}

interface Field {
  readonly $ref?: string;
  readonly description?: string;
  readonly properties?: Record<string, Field>;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
}

export interface OpenApi {
  readonly info: { readonly title: string; readonly description: string; readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Field> };
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const html = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character]);

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
table{border-collapse:collapse;width:100%;margin:0 0 2rem}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-top:1px solid #ccc}
code{font:14px ui-monospace,monospace}td:first-child{white-space:nowrap}dl{margin:.3rem 0 0}dt{font-weight:600}dd{margin:0 0 .2rem 1rem}h2{text-transform:capitalize}`;

function words(field: Field): string {
  const one = field.enum ? `one of ${field.enum.join(', ')}` : '';
  return html([field.description, one].filter(Boolean).join(': '));
}

function fieldsOf(document: OpenApi, operation: Operation): string {
  const parameters = (operation.parameters ?? []).filter((one) => one.in === 'query');
  const queried = parameters.map((one) => [`?${one.name}`, words(one.schema ?? {})]);
  const body = operation.requestBody?.content['application/json']?.schema;
  const schema = document.components.schemas[body?.$ref?.split('/').pop() ?? ''];
  const written = Object.entries(schema?.properties ?? {}).map(([name, field]) => [
    schema?.required?.includes(name) ? `${name} (needed)` : name,
    words(field),
  ]);
  const rows = [...queried, ...written].map(([name, said]) => `<dt><code>${html(name)}</code></dt><dd>${said}</dd>`);
  return rows.length === 0 ? '' : `<dl>${rows.join('')}</dl>`;
}

export function pageOf(document: OpenApi): string {
  const { title, description, version } = document.info;
  const rows: Record<string, string[]> = {};
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const what = `<code>${method.toUpperCase()} ${html(path)}</code>`;
      const said = `${html(operation.summary ?? '')}${fieldsOf(document, operation)}`;
      (rows[operation.tags?.[0] ?? ''] ??= []).push(`<tr><td>${what}</td><td>${said}</td></tr>`);
    }
  }
  const tables = Object.entries(rows).map(([tag, lines]) => `<h2>${html(tag)}</h2><table>${lines.join('')}</table>`);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${html(title)}</title><style>${style}</style></head><body><main><h1>${html(title)} ${html(version)}</h1>
<p>${html(description)} The whole of it for programs: <a href="/openapi.json">/openapi.json</a>.</p>${tables.join('')}</main></body></html>
`;
}
