// A sale at a PIN pad that holds keys for SM4: what a terminal of that edition would ask of it, in frames.
import { loadSource } from './load-sources.mjs';

const FIRST_SEQUENCE = 100;

/** `wait(ms)` lets the World go on. Throws where the pad does not do what it is asked. */
export function sellBySm4(pad, wait) {
  const { loadTmk, loaderFrame } = loadSource('emulator/devices/key-loader');
  const { checkValue, encrypt } = loadSource('emulator/devices/pad-crypto');
  const { KEY_CONFIRM } = loadSource('hal/devices');
  const names = loadSource('hal/pad-commands');
  const { PAD_ALGORITHM_SM4: algorithm, MAC_MODE_SM4_CHAIN, MAC_MODE_SHIFT, MAC_FIRST, MAC_LAST } = names;
  const key = 'sixteen bytes ok';
  const f62 = (encrypt(key, key, algorithm) + checkValue(key, algorithm)).repeat(3);
  let sequence = FIRST_SEQUENCE;
  let heard = '';
  const wire = { send: (bytes) => (heard += bytes) };
  const ask = (command, data, act) => {
    heard = '';
    sequence++;
    pad.onUart(loaderFrame(sequence, command, data), wire);
    wait(100);
    if (act) act();
    pad.onUart(`\x06${String.fromCharCode(sequence)}`, wire);
    wait(100);
    // STX, two bytes of length, sequence, command, status.
    const at = heard.lastIndexOf(`${String.fromCharCode(sequence, command | names.PAD_ANSWER, names.PAD_OK)}`);
    if (at < 0) throw new Error(`a pad with keys for SM4 does not do command ${command}`);
  };
  loadTmk(pad, { tmk: Buffer.from(key).toString('hex'), algorithm });
  pad.connectMain(wire);
  ask(names.PAD_LOAD_KEYS, f62);
  ask(names.PAD_CARD, '\x226225881234567890=27122010000012345\0');
  ask(names.PAD_PIN, '\x01\x04\x0c\x3c000000001234', () => {
    for (const digit of '123456') {
      pad.pressKey(digit.charCodeAt(0));
      wait(300);
    }
    pad.pressKey(KEY_CONFIRM);
    wait(300);
  });
  ask(names.PAD_TRACKS, '');
  ask(
    names.PAD_MAC,
    String.fromCharCode(MAC_FIRST | MAC_LAST | (MAC_MODE_SM4_CHAIN << MAC_MODE_SHIFT)) + 'x'.repeat(199),
  );
  ask(names.PAD_END, '');
}
