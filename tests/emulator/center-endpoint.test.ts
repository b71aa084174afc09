/** The real center behind the World's network: frames in any pieces, hostile streams, and the same bytes as `handle`. */
import * as fc from 'fast-check';
import { CenterEndpoint } from '../../emulator/center-endpoint';
import { Network, type NetworkClient } from '../../emulator/network';
import { World } from '../../emulator/world/world';
import { wrapFrame } from '../../firmware/line/envelope';
import { packMessage, type WireFields } from '../../firmware/iso8583/message';
import { createCenter } from '../../host/center/center';
import { openStore } from '../../host/center/open-store';
import { seedTestData, TEST_TERMINAL } from '../../host/center/test-data';
import { fromHex } from '../../hal/bytes';

class Client implements NetworkClient {
  readonly name = 'client';
  state = { received: '', closed: 0 };
  constructor(world: World) {
    world.add(this);
  }
  onEvent(): void {}
  onConnected(): void {}
  onReceived(_id: number, bytes: string): void {
    this.state.received += bytes;
  }
  onClosed(): void {
    this.state.closed++;
  }
}

function build() {
  const world = new World(1);
  const network = new Network(world, { latencyMs: 10 });
  const client = new Client(world);
  const center = createCenter(openStore({ path: ':memory:' }), { seed: 7 });
  seedTestData(center);
  const endpoint = new CenterEndpoint(world, network, center);
  network.listen('center', 1, endpoint);
  const id = network.connect(client, 'center', '1');
  world.run(100);
  return { world, network, client, center, endpoint, id };
}

/** An echo request (0820, 60.3 = 301): no key needed. */
function echoRequest(): string {
  const fields: WireFields = [];
  fields[41] = TEST_TERMINAL.terminalId;
  fields[42] = TEST_TERMINAL.merchantId;
  fields[60] = fromHex('0011' + '000000003010');
  return wrapFrame(fromHex(TEST_TERMINAL.tpdu), fromHex(TEST_TERMINAL.header), packMessage(fromHex('0820'), fields));
}

test('the answer on the network is the answer of handle, with its length', () => {
  const { world, network, client, id } = build();
  network.sendUp(id, echoRequest());
  world.run(1000);
  const direct = createCenter(openStore({ path: ':memory:' }), { seed: 7 });
  seedTestData(direct);
  const [reply] = direct.handle(Buffer.from(echoRequest().slice(2), 'latin1'), 110);
  const expected = Buffer.from(reply.frame).toString('latin1');
  expect(expected).not.toBe('');
  expect(client.state.received).toBe(wrapFrame('', '', expected));
});

test('requests in pieces of any size, and several in one segment, are all answered', () => {
  const whole = echoRequest().repeat(3);
  const reference = build();
  reference.network.sendUp(reference.id, whole);
  reference.world.run(1000);
  const answers = reference.client.state.received;
  expect(answers.length).toBeGreaterThan(100);
  for (const pieceBytes of [1, 2, 3, 50, 100]) {
    const { world, network, client, id } = build();
    world.fault('network', 'split', pieceBytes);
    network.sendUp(id, whole);
    world.run(1000);
    expect(client.state.received).toBe(answers);
  }
});

test('a length no frame has: the connection is closed, another one works', () => {
  const { world, network, client, endpoint, id } = build();
  network.sendUp(id, '\xff\xff' + 'x'.repeat(100));
  network.sendUp(id, echoRequest());
  world.run(1000);
  expect(client.state).toEqual({ received: '', closed: 1 });
  expect(endpoint.state.streams).toEqual({});
  const other = network.connect(client, 'center', '1');
  world.run(100);
  network.sendUp(other, echoRequest());
  world.run(1000);
  expect(client.state.received).not.toBe('');
});

test('any bytes: no throw, nothing kept beyond one frame, nothing kept after the close', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 30 }), (pieces) => {
      const { world, network, endpoint, id } = build();
      for (const piece of pieces) {
        network.sendUp(id, String.fromCharCode(...piece));
        world.run(20);
        for (const held of Object.values(endpoint.state.streams)) expect(held.length).toBeLessThanOrEqual(4098);
      }
      network.closeUp(id);
      world.run(1000);
      expect(endpoint.state.streams).toEqual({});
      expect(network.state.connections).toEqual({});
    }),
    { numRuns: 30 },
  );
});

test('an answer that is due later is part of a fork', () => {
  const world = new World(1);
  const network = new Network(world, { latencyMs: 10 });
  const client = new Client(world);
  const handler = { handle: () => [{ frame: Buffer.from('late'), delayMs: 5000 }] };
  network.listen('center', 1, new CenterEndpoint(world, network, handler));
  const id = network.connect(client, 'center', '1');
  world.run(100);
  network.sendUp(id, '\0\x02hi');
  world.run(100);
  const snapshot = world.snapshot();
  world.run(10_000);
  expect(client.state.received).toBe('\0\x04late');
  world.restore(snapshot);
  expect(client.state.received).toBe('');
  world.run(10_000);
  expect(client.state.received).toBe('\0\x04late');
});

test('a silent center accepts and reads, and answers nothing until it is back', () => {
  const { world, network, client, id } = build();
  world.fault('center', 'silent', 1);
  network.sendUp(id, echoRequest());
  world.run(1000);
  expect(client.state.received).toBe('');
  world.fault('center', 'silent', 0);
  network.sendUp(id, echoRequest());
  world.run(1000);
  expect(client.state.received).not.toBe('');
  expect(() => world.fault('center', 'nosuch')).toThrow(/no fault/);
});
