/**
 * Fake of the terminal's battery and charger: one 3,350 mAh lithium-ion cell (Panasonic NCR18650B data sheet: curve, 4.20 V,
 * capacity; more resistance in the cold) and a linear charger of 500 mA (Microchip MCP73831, DS20001984: constant current,
 * then constant voltage, end at 7.5 %). While the charger is plugged in, it feeds the terminal too. Below 3.0 V the supply
 * fails like a power cut and comes up again from 3.3 V on. Charge is worked out when somebody looks; without the
 * charger also every two seconds.
 */
import type { GpioLines } from '../world/gpio-lines';
import type { World, WorldDevice } from '../world/world';

const NEW_CAPACITY_MAH = 3350;
const CHARGE_MA = 500;
const LAST_CHARGE_MA = 38;
/** From here on the voltage is constant and the current falls. */
const CONSTANT_VOLTAGE_FROM = 0.8;
const FULL_MV = 4200;
const LOCKOUT_MV = 3000;
/** What the supply needs to come up again. */
const RAISE_MV = 3300;
const RESISTANCE_MILLIOHM = 90;
const COLD_RESISTANCE_MILLIOHM = 320;
const TICK_US = 2_000_000;
const ADC_FULL_SCALE_MV = 3300;
const ADC_STEPS = 4095;

const EVENT_TICK = 0;

/** Open-circuit voltage at each tenth of the charge. */
const CURVE_MV = [3300, 3550, 3620, 3680, 3730, 3800, 3880, 3960, 4040, 4110, 4200] as const;

const HOUR_US = 3_600_000_000;

export class Battery implements WorldDevice {
  readonly name = 'battery';
  state = {
    /** Part of the capacity, 0–1. */
    charge: 1,
    /** What age has left of it. */
    capacityMah: NEW_CAPACITY_MAH,
    cold: false,
    inserted: true,
    charger: true,
    /** The supply is on. */
    on: false,
    settledUs: 0,
    /** Ticks of an older life do not count. */
    round: 0,
  };
  /** What the terminal draws at this moment, in mA; told by the composition. */
  loadMa: () => number = () => 0;
  /** Tells the composition that nothing feeds the terminal any more. */
  onEmpty: () => void = () => undefined;
  private readonly target: number;

  constructor(
    private readonly world: World,
    /** Bit 0: the charger is plugged in. */
    private readonly sense: GpioLines,
  ) {
    this.target = world.add(this);
  }

  /** Whether the supply could be raised now. */
  canFeed(): boolean {
    this.settle();
    return this.state.charger || this.isStrong(this.state.on ? LOCKOUT_MV : RAISE_MV);
  }

  /** 0–100, what is really left. */
  percent(): number {
    this.settle();
    return this.state.inserted ? Math.round(100 * this.state.charge) : 0;
  }

  /** What the terminal's 12-bit converter reads behind a divider by two. */
  converted(): number {
    this.settle();
    const mV = this.state.inserted ? this.voltageMv() : this.state.charger ? FULL_MV : 0;
    return Math.min(ADC_STEPS, Math.round((mV / 2 / ADC_FULL_SCALE_MV) * ADC_STEPS));
  }

  onPower(on: boolean): void {
    this.settle();
    this.state.on = on;
    this.watch();
  }

  onEvent(_kind: number, round: number): void {
    if (round !== this.state.round) return;
    this.settle();
    if (!this.fails()) this.world.after(TICK_US, this.target, EVENT_TICK, round);
  }

  /**
   * `level` (0–100) sets the charge, `charger` 1/0 plugs it in or out, `cold` 1/0, `aged` (10–100) leaves so many percent of
   * the capacity, `pull` takes the battery out, `insert` puts it back; `well` is a new one, charged, on its charger.
   */
  onFault(fault: string, value: number): void {
    this.settle();
    const { state } = this;
    if (fault === 'level') state.charge = bounded(value, 0, 100) / 100;
    else if (fault === 'charger') this.plug(value !== 0);
    else if (fault === 'cold') state.cold = value !== 0;
    else if (fault === 'aged') state.capacityMah = (NEW_CAPACITY_MAH * bounded(value, 10, 100)) / 100;
    else if (fault === 'pull' || fault === 'insert') state.inserted = fault === 'insert';
    else if (fault === 'well') {
      Object.assign(state, { charge: 1, capacityMah: NEW_CAPACITY_MAH, cold: false, inserted: true });
      this.plug(true);
    } else throw new Error(`the battery has no fault ${fault}: level, charger, cold, aged, pull, insert, well`);
    this.watch();
    this.fails();
  }

  private plug(charger: boolean): void {
    this.state.charger = charger;
    this.sense.drive(charger ? 1 : 0);
  }

  /** Ticks only while the cell alone feeds the terminal. */
  private watch(): void {
    const { state } = this;
    state.round++;
    if (state.on && !state.charger) this.world.after(TICK_US, this.target, EVENT_TICK, state.round);
  }

  private fails(): boolean {
    if (!this.state.on || this.canFeed()) return false;
    this.world.note('power', 'battery empty');
    this.onEmpty();
    return true;
  }

  private isStrong(leastMv: number): boolean {
    return this.state.inserted && this.state.charge > 0 && this.voltageMv() > leastMv;
  }

  private resistance(): number {
    const { cold, capacityMah } = this.state;
    return ((cold ? COLD_RESISTANCE_MILLIOHM : RESISTANCE_MILLIOHM) * NEW_CAPACITY_MAH) / capacityMah;
  }

  private voltageMv(): number {
    const { charge, charger, on } = this.state;
    const tenth = Math.min(9, Math.floor(charge * 10));
    const open = CURVE_MV[tenth] + (CURVE_MV[tenth + 1] - CURVE_MV[tenth]) * (charge * 10 - tenth);
    if (charger) return Math.min(FULL_MV, open + (this.chargeMa() * this.resistance()) / 1000);
    // The last percents go fast: the cell has nothing to push any more.
    const knee = charge < 0.02 ? (0.02 - charge) * 15_000 : 0;
    return open - knee - (on ? (this.loadMa() * this.resistance()) / 1000 : 0);
  }

  private chargeMa(): number {
    const { charge } = this.state;
    if (charge >= 1) return 0;
    if (charge < CONSTANT_VOLTAGE_FROM) return CHARGE_MA;
    const part = (1 - charge) / (1 - CONSTANT_VOLTAGE_FROM);
    return LAST_CHARGE_MA + (CHARGE_MA - LAST_CHARGE_MA) * part;
  }

  /** Brings the charge up to now, in steps of which the current is about the same. */
  private settle(): void {
    const { state, world } = this;
    let leftUs = world.nowUs - state.settledUs;
    state.settledUs = world.nowUs;
    if (!state.inserted || leftUs <= 0) return;
    if (state.charger && state.charge >= 1) return;
    if (!state.charger && !state.on) return;
    while (leftUs > 0) {
      const stepUs = Math.min(leftUs, HOUR_US / 60);
      leftUs -= stepUs;
      const mA = state.charger ? this.chargeMa() : -this.loadMa();
      state.charge = bounded(state.charge + (mA * stepUs) / HOUR_US / state.capacityMah, 0, 1);
      if (state.charge === 1 || state.charge === 0) return;
    }
  }
}

function bounded(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
