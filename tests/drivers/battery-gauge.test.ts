/** The battery: what the gauge makes of the cell's voltage, and a cell that drains, ages, freezes and is taken out. */
import { createBatteryGauge } from '../../drivers/battery-gauge';
import { cards, startTerminal, type Terminal } from '../../emulator/terminal';
import type { Battery } from '../../hal/devices';

function gaugeOf(terminal: Terminal): Battery {
  const { battery } = terminal.inside;
  return createBatteryGauge(
    { read: () => battery.converted() },
    { read: () => (battery.state.charger ? 1 : 0), write: () => undefined, onChange: () => undefined },
  );
}

function idle(): Terminal {
  return startTerminal().powerOn().signIn();
}

/** What the idle screen says of the battery. */
function shown(terminal: Terminal): string {
  return terminal.waitForIdle().lcd.rows()[2]?.slice(0, 11).trim() ?? '';
}

test('every voltage is some percentage, and a higher one never a lower percentage', () => {
  let plugged = 0;
  let raw = 0;
  const gauge = createBatteryGauge(
    { read: () => raw },
    { read: () => plugged, write: () => undefined, onChange: () => undefined },
  );
  for (plugged of [0, 1]) {
    let before = 0;
    for (raw = 0; raw <= 4095; raw++) {
      const percent = gauge.percent();
      expect(Number.isInteger(percent) && percent >= before && percent <= 100).toBe(true);
      before = percent;
    }
    expect(before).toBe(100);
  }
});

test('the gauge is not far from the truth, at rest and while the charger fills the cell', () => {
  const terminal = idle();
  const gauge = gaugeOf(terminal);
  for (const charger of [0, 1]) {
    terminal.fault('battery', 'charger', charger);
    for (let level = 5; level <= 75; level += 5) {
      terminal.fault('battery', 'level', level);
      expect(Math.abs(gauge.percent() - level)).toBeLessThanOrEqual(6);
    }
  }
});

test('a desk terminal stands on its charger, full', () => {
  const terminal = idle();
  expect(shown(terminal)).toBe('[####]100%+');
  terminal.wait(3_600_000).wake();
  expect(shown(terminal)).toBe('[####]100%+');
  expect(terminal.inside.battery.percent()).toBe(100);
});

test('the charger pulled is seen at once, and so is its return', () => {
  const terminal = idle();
  terminal.fault('battery', 'level', 60).fault('battery', 'charger', 0).wait(200);
  expect(shown(terminal)).toMatch(/^\[## {2}\]5\d%$/);
  terminal.fault('battery', 'charger', 1).wait(200);
  expect(shown(terminal)).toMatch(/^\[## {2}\]\d\d%\+$/);
});

test('printing and the line drain it faster than waiting', () => {
  const used = (act: (terminal: Terminal) => void): number => {
    const terminal = idle();
    terminal.fault('battery', 'charger', 0).fault('battery', 'level', 50);
    const startUs = terminal.world.nowUs;
    act(terminal);
    terminal.inside.battery.percent();
    return (0.5 - terminal.inside.battery.state.charge) / (terminal.world.nowUs - startUs);
  };
  const waiting = used((terminal) => terminal.wait(120_000));
  const selling = used((terminal) => terminal.sell('1.00', cards.debit));
  expect(waiting).toBeGreaterThan(0);
  expect(selling).toBeGreaterThan(2 * waiting);
});

test('it lasts for hours, goes dark like a power cut, does not come up, and lives again on the charger', () => {
  const terminal = idle();
  terminal.fault('battery', 'charger', 0).wait(3 * 3_600_000);
  expect(terminal.isOn).toBe(true);
  expect(terminal.reach(() => !terminal.isOn, 100 * 3_600_000)).toBe(true);
  const hours = terminal.world.nowUs / 3_600_000_000;
  expect(hours).toBeGreaterThan(15);
  expect(hours).toBeLessThan(60);
  terminal.hold('cancel', 3000);
  expect(terminal.isOn).toBe(false);
  terminal.fault('battery', 'charger', 1).wait(60_000);
  expect(terminal.isOn).toBe(false);
  terminal.powerOn().signIn();
  expect(shown(terminal)).toMatch(/^\[ {4}\]\d%\+$/);
});

test('low, it says so and beeps once a minute, but sells and never switches itself off', () => {
  const terminal = idle();
  terminal.fault('battery', 'charger', 0).fault('battery', 'level', 6);
  terminal.wake().wait(61_000).wake();
  expect(terminal.lcd.rows()[1]).toContain('电量低');
  const beeps = terminal.inside.buzzer.count();
  terminal.wait(120_000);
  expect(terminal.inside.buzzer.count()).toBe(beeps + 2);
  terminal.wake().sell('5.00', cards.credit);
  expect(terminal.center.ledger()).toHaveLength(1);
  expect(terminal.isOn).toBe(true);
  terminal.fault('battery', 'charger', 1).wait(500);
  expect(terminal.waitForIdle().lcd.rows()[1]).not.toContain('电量低');
});

test('a cold cell gives out while it prints, an aged one lasts half as long', () => {
  const cold = idle();
  cold.fault('battery', 'charger', 0).fault('battery', 'cold', 1).fault('battery', 'level', 7);
  expect(() => cold.sell('1.00', cards.credit)).toThrow();
  expect(cold.isOn).toBe(false);
  const lasts = (aged: number): number => {
    const terminal = idle();
    terminal.fault('battery', 'aged', aged).fault('battery', 'charger', 0).fault('battery', 'level', 50);
    const startUs = terminal.world.nowUs;
    terminal.reach(() => !terminal.isOn, 100 * 3_600_000);
    return terminal.world.nowUs - startUs;
  };
  const ratio = lasts(50) / lasts(100);
  expect(ratio).toBeGreaterThan(0.4);
  expect(ratio).toBeLessThan(0.6);
});

test('taken out: on the charger it goes on, without it the supply is gone', () => {
  const terminal = idle();
  terminal.fault('battery', 'pull').wait(5000);
  expect(terminal.isOn).toBe(true);
  terminal.fault('battery', 'charger', 0);
  expect(terminal.isOn).toBe(false);
  terminal.fault('battery', 'insert').powerOn();
  expect(terminal.isOn).toBe(true);
  expect(() => terminal.fault('battery', 'explode')).toThrow('no fault explode');
});

test('a fork goes on with the same charge', () => {
  const terminal = idle();
  terminal.fault('battery', 'charger', 0).fault('battery', 'level', 40).wait(60_000);
  const copy = terminal.inside.fork();
  copy.world.run(1000);
  expect(copy.battery.state.charge).toBeCloseTo(terminal.inside.battery.state.charge, 3);
  expect(copy.battery.state.on).toBe(false);
});
