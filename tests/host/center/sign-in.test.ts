import { engines, openCenter, openSignedIn } from './center-fixture';

describe.each(engines)('signing in at the center (%s)', (engine) => {
  test.each([
    ['001', 24, 8],
    ['003', 40, 16],
    ['004', 60, 16],
  ])('%s gives %i bytes of working keys that unwrap and check', (code, bytes, pikBytes) => {
    const { terminal } = openCenter(engine);
    const answer = terminal.signIn(code);
    expect(answer).toMatchObject({ mti: '0810', code: '00' });
    expect(answer.text(62)).toHaveLength(bytes);
    expect(answer.has(64)).toBe(false);
    expect(terminal.state.pik).toHaveLength(pikBytes);
    expect(terminal.state.tdk).toHaveLength(code === '004' ? 16 : 0);
    expect(terminal.sale()).toMatchObject({ code: '00', macValid: true });
  });

  test('gives other keys every time', () => {
    const { terminal } = openCenter(engine);
    const first = terminal.signIn().text(62);
    expect(terminal.signIn().text(62)).not.toBe(first);
  });

  test('of a terminal with a new journal (000000) opens a new batch each time', () => {
    const { terminal } = openCenter(engine);
    expect(terminal.signIn('004', '000000').digits(60)).toBe('00000001004');
    expect(terminal.signIn('004', '000000').digits(60)).toBe('00000002004');
  });

  test('of any other terminal gives the open batch, whatever it believes', () => {
    const { terminal } = openCenter(engine);
    terminal.signIn();
    expect(terminal.signIn('004', '000777').digits(60)).toBe('00000001004');
    expect(terminal.signIn('004', '000001').digits(60)).toBe('00000001004');
  });

  test("takes over the terminal's batch where the center has none", () => {
    const { terminal } = openCenter(engine);
    expect(terminal.signIn('003', '000042').digits(60)).toBe('00000042003');
  });

  test('counts from 999999 on to 000001, over batches that were used', () => {
    const { terminal } = openCenter(engine);
    terminal.signIn('004', '000001');
    terminal.sale();
    const { terminal: other, store } = openSignedIn(engine);
    other.sale();
    store.run('UPDATE terminals SET batch = 999999');
    expect(other.signIn('004', '000000').digits(60).slice(2, 8)).toBe('000002');
  });
});

test.each([
  ['an unknown terminal', { terminalId: '10000009' }, '97'],
  ['another merchant', { merchantId: '898110053310009' }, '03'],
])('signing in as %s is refused', (_name, change, code) => {
  const { center } = openCenter();
  const { createTestTerminal } = jest.requireActual<typeof import('./test-terminal')>('./test-terminal');
  const { TEST_TERMINAL } = jest.requireActual<typeof import('../../../host/center/test-data')>(
    '../../../host/center/test-data',
  );
  const answer = createTestTerminal(center, { ...TEST_TERMINAL, ...change }).signIn();
  expect(answer.code).toBe(code);
  expect(answer.has(62)).toBe(false);
});

test('echo and sign-off are answered, anything else of management is 40', () => {
  const { center, terminal } = openSignedIn();
  expect(terminal.echo()).toMatchObject({ mti: '0830', code: '00' });
  expect(terminal.signOff()).toMatchObject({ mti: '0830', code: '00' });
  expect(center.terminals()[0]).toMatchObject({ state: 'signedOff', batch: '000001' });
  expect(terminal.management('362', true).code).toBe('40');
});
