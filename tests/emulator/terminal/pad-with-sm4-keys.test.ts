/**
 * A PIN pad that holds keys for SM4 behind a terminal that speaks the 3DES edition of the messages: by whatever way the keys got
 * there, no PIN block of the wrong width and no MAC of the wrong cipher ever goes to the center.
 */
import { padNames } from '../../../emulator/parts';
import { cards, startTerminal, type Terminal } from '../../../emulator/terminal';
import { fromHex } from '../../../hal/bytes';
import { PAD_ALGORITHM_DES, PAD_ALGORITHM_SM4 } from '../../../hal/pad-commands';
import { example, sm4Example } from '../../drivers/pad-rig';

function hold(terminal: Terminal, keys: typeof example, algorithm: number): void {
  const [tmk, pik, mak, tdk] = [keys.tmk, keys.pik, keys.mak, keys.tdk].map((hex) => fromHex(hex));
  const { pad } = terminal.inside;
  pad.battery = { ...pad.battery, algorithm, tmk, pik, mak, tdk };
}

/** Message types that the terminal sent. */
function watch(terminal: Terminal): string[] {
  const types: string[] = [];
  terminal.world.timeline.listen(({ wire, direction, bytes }) => {
    // Length, TPDU and header come before the MTI.
    if (wire === 'network' && direction === 'out')
      types.push(Buffer.from(bytes.slice(13, 15), 'latin1').toString('hex'));
  });
  return types;
}

describe.each(padNames)('pad %s', (pad) => {
  test.each([
    ['with a PIN', '123456', cards.debit],
    ['without', '', cards.credit],
  ])('a sale %s sends nothing; with the right keys back it is done once', (_what, pin, card) => {
    const terminal = startTerminal({ parts: { pad } });
    terminal.powerOn().signIn();
    const kept = { ...terminal.inside.pad.battery };
    const sent = watch(terminal);
    hold(terminal, sm4Example, PAD_ALGORITHM_SM4);
    const sell = (): void => void terminal.sell('12.34', card, { pin }).waitForIdle();
    sell();
    expect(terminal.paper.slips()).toEqual([]);
    expect(sent).toEqual([]);
    terminal.inside.pad.battery = kept;
    sell();
    expect(sent).toEqual(['0200']);
    expect(terminal.paper.slips()).toHaveLength(2);
    terminal.close();
  });

  test('the same check finds a sale: keys for 3DES that nobody else has go out', () => {
    const terminal = startTerminal({ parts: { pad } });
    terminal.powerOn().signIn();
    const sent = watch(terminal);
    hold(terminal, example, PAD_ALGORITHM_DES);
    terminal.sell('12.34', cards.debit);
    expect(sent[0]).toBe('0200');
    expect(terminal.paper.slips()).toEqual([]);
    terminal.close();
  });
});
