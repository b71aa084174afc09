/** The idle screen: title, calendar, battery, signal; a key or a swipe begins a job. */
import { KEY_CONFIRM, KEY_FUNCTION, KEY_MENU } from '../hal/devices';
import { MODULE_MANAGEMENT, MODULE_MENU, MODULE_POWER_OFF, MODULE_SALE } from './modules';
import type { Job, Terminal } from './terminal-context';
import { T_LCD_BATTERY_LOW, T_LCD_BRAND, T_LCD_IDLE_HINT } from './texts/ids';
import { KEY_POWER } from './ui/ui';

const MINUTE_MS = 60000;
/** The modem answers later: so soon one looks again while the signal is not known. */
const NO_SIGNAL_MS = 2000;
const NO_SIGNAL = '--';
/** From here on the clerk is told once a minute. Nothing switches itself off: that is left to the battery. */
const LOW_PERCENT = 10;

/** Shows the idle screen and waits. `leave` is called once, with the job that somebody asked for. */
export function idle(terminal: Terminal, leave: (id: number, job: Job) => void): void {
  const { ui, text, board, onSwipe } = terminal;
  const { battery, clock, rtc, modem } = board;
  let tick = 0;

  function go(id: number, job: Job): void {
    clock.cancelAlarm(tick);
    ui.keys(null, 0);
    onSwipe(null);
    battery.onPlug(null);
    leave(id, job);
  }

  function signalRow(): string {
    const signal = modem.signal();
    return signal > 31 ? NO_SIGNAL : '|||||'.substr(0, 1 + (((signal * 4) / 31) | 0));
  }

  function dateRow(): string {
    const now = rtc.read();
    const date = now.substr(0, 4) + '-' + now.substr(4, 2) + '-' + now.substr(6, 2);
    return date + ' ' + now.substr(8, 2) + ':' + now.substr(10, 2);
  }

  /** Eleven columns: four bars, percent, `+` on the charger. */
  function batteryPart(percent: number, isPlugged: boolean): string {
    const bars = '####    '.substr(4 - (((percent + 12) / 25) | 0), 4);
    return ('[' + bars + ']' + percent + (isPlugged ? '%+    ' : '%     ')).substr(0, 11);
  }

  function draw(): void {
    const percent = battery.percent();
    const isPlugged = battery.isPlugged();
    const isLow = percent <= LOW_PERCENT && !isPlugged;
    if (isLow) ui.alert();
    ui.row(1, isLow ? text(T_LCD_BATTERY_LOW) : dateRow());
    const signal = signalRow();
    const ownMs = signal === NO_SIGNAL ? NO_SIGNAL_MS : MINUTE_MS;
    ui.row(2, batteryPart(percent, isPlugged) + signal);
    clock.cancelAlarm(tick);
    tick = clock.alarm(Math.min(ownMs, MINUTE_MS - 1000 * parseInt(rtc.read().substr(12), 10)), draw);
  }

  ui.show(text(T_LCD_BRAND), '', '', text(T_LCD_IDLE_HINT));
  draw();
  battery.onPlug(draw);
  ui.keys((key) => {
    if (key === KEY_CONFIRM || key === KEY_MENU) go(MODULE_MENU, {});
    else if (key === 49) go(MODULE_SALE, {});
    else if (key === KEY_FUNCTION) go(MODULE_MANAGEMENT, {});
    else if (key === KEY_POWER) go(MODULE_POWER_OFF, {});
  }, 0);
  onSwipe((stripeFault, tracks) => {
    go(MODULE_SALE, { stripeFault, tracks });
  });
}
