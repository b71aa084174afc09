import { Network, type NetworkClient } from '../../emulator/network';
import { World } from '../../emulator/world/world';

const LATENCY_MS = 10;

/** A client that keeps what happened to it as plain state. */
class Client implements NetworkClient {
  readonly name = 'client';
  state = { log: [] as string[] };

  constructor(private readonly world: World) {
    world.add(this);
  }

  private note(text: string): void {
    this.state.log.push(`${this.world.nowUs / 1000} ${text}`);
  }

  onEvent(): void {}
  onConnected(_id: number, accepted: boolean): void {
    this.note(accepted ? 'accepted' : 'refused');
  }
  onReceived(_id: number, bytes: string): void {
    this.note(bytes);
  }
  onClosed(): void {
    this.note('closed');
  }
}

function build(): { world: World; network: Network; client: Client; host: string[] } {
  const world = new World(1);
  const network = new Network(world, { latencyMs: LATENCY_MS });
  const client = new Client(world);
  const host: string[] = [];
  network.listen('h', 1, {
    onConnect: () => void host.push('connect'),
    onBytes: (_id, bytes) => host.push(bytes),
    onClose: () => host.push('close'),
  });
  return { world, network, client, host };
}

function open(): ReturnType<typeof build> & { id: number } {
  const rig = build();
  const id = rig.network.connect(rig.client, 'H', '1');
  rig.world.run(100);
  rig.client.state.log = [];
  rig.host.length = 0;
  return { ...rig, id };
}

test('connect, send both ways, close: each takes its time', () => {
  const { world, network, client, host } = build();
  const id = network.connect(client, 'h', '1');
  world.run(100);
  network.sendUp(id, 'up');
  network.send(id, 'down');
  world.run(100);
  network.closeUp(id);
  world.run(100);
  expect(client.state.log).toEqual(['20 accepted', '110 down']);
  expect(host).toEqual(['connect', 'up', 'close']);
  expect(network.state.connections).toEqual({});
});

test('nobody at the address refuses; a refused one is forgotten', () => {
  const { world, network, client } = build();
  network.connect(client, 'elsewhere', '1');
  network.connect(client, '__proto__', '1');
  world.fault('network', 'refuse');
  network.connect(client, 'h', '1');
  world.run(100);
  expect(client.state.log).toEqual(['20 refused', '20 refused', '20 refused']);
  expect(network.state.connections).toEqual({});
});

test('the host closes: what it sent before still arrives', () => {
  const { world, network, client, id } = open();
  network.send(id, 'last words');
  network.close(id);
  network.send(id, 'too late');
  world.run(100);
  expect(client.state.log).toEqual(['110 last words', '110 closed']);
});

test('a client without supply: the host still gets what was in flight, and learns much later', () => {
  const { world, network, client, host, id } = open();
  network.sendUp(id, 'in flight');
  network.abandon(id);
  network.send(id, 'to nobody');
  world.run(100);
  expect(host).toEqual(['in flight']);
  expect(client.state.log).toEqual([]);
  world.run(130_000);
  expect(host).toEqual(['in flight', 'close']);
  expect(network.state.connections).toEqual({});
});

test('segments are split, merged, doubled, delayed, dropped, and never overtake', () => {
  const { world, network, client, id } = open();
  world.fault('network', 'split', 2);
  network.send(id, 'abcde');
  world.run(50);
  world.fault('network', 'well');
  world.fault('network', 'merge');
  network.send(id, 'one');
  world.run(20);
  network.send(id, 'two');
  world.run(50);
  world.fault('network', 'merge');
  network.send(id, 'alone');
  world.run(400);
  world.fault('network', 'duplicate');
  network.send(id, 'twice');
  world.fault('network', 'delay', 500);
  network.send(id, 'late');
  network.send(id, 'after it');
  world.run(1000);
  world.fault('network', 'dropDown');
  network.send(id, 'lost');
  network.send(id, 'kept');
  world.run(100);
  expect(client.state.log.map((line) => line.split(' ').slice(1).join(' '))).toEqual([
    'ab',
    'cd',
    'e',
    'onetwo',
    'alone',
    'twice',
    'twice',
    'late',
    'after it',
    'kept',
  ]);
});

test('cut after k bytes: exactly k arrive, both ends learn it', () => {
  for (let k = 0; k < 5; k++) {
    const down = open();
    down.world.fault('network', 'cutDown', k);
    down.network.send(down.id, 'hello');
    down.world.run(100);
    expect(down.client.state.log).toEqual(k > 0 ? [`110 ${'hello'.slice(0, k)}`, '110 closed'] : ['110 closed']);
    expect(down.host).toEqual(['close']);
    const up = open();
    up.world.fault('network', 'cutUp', k);
    up.network.sendUp(up.id, 'hello');
    up.world.run(100);
    expect(up.host).toEqual(k > 0 ? ['hello'.slice(0, k), 'close'] : ['close']);
    expect(up.client.state.log).toEqual(['100 closed']);
    expect(up.network.state.connections).toEqual({});
  }
});

test('a network that is down loses everything until it is up', () => {
  const { world, network, client, host, id } = open();
  world.fault('network', 'down', 1);
  network.sendUp(id, 'x');
  network.send(id, 'y');
  network.connect(client, 'h', '1');
  world.run(1000);
  expect([host, client.state.log]).toEqual([[], []]);
  world.fault('network', 'down', 0);
  network.sendUp(id, 'z');
  world.run(100);
  expect(host).toEqual(['z']);
});

test('a fork carries the segments in flight', () => {
  const { world, network, id } = open();
  network.send(id, 'in flight');
  network.sendUp(id, 'also');
  const fork = build();
  fork.world.restore(world.snapshot());
  fork.world.run(100);
  expect(fork.client.state.log).toEqual(['110 in flight']);
  expect(fork.host).toEqual(['also']);
});

test('an unknown fault is an error', () => {
  expect(() => build().world.fault('network', 'nosuch')).toThrow(/no fault/);
});
