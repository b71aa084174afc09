/**
 * Charge of a single lithium-ion cell by its voltage: open-circuit curve of a 3.6 V cell with 4.20 V end of charge
 * (Panasonic NCR18650B data sheet, discharge at low rate), measured behind a divider by two against 3.3 V. While it is
 * charged the cell shows the drop of the charging current too, which vanishes towards the end.
 */
import type { Adc, GpioPort } from '../hal/bus';
import type { Battery } from '../hal/devices';

const PLUGGED_BIT = 1;
/** Millivolts at the pin's full scale, and its bits. */
const FULL_SCALE_MV = 6600;
const ADC_BITS = 12;
/** 500 mA through some 90 milliohms. */
const CHARGING_DROP_MV = 45;
const FULL_MV = 4190;
/** At 0, 10, … 100 %: units of 5 mV above 3 V. */
const curve = '\x3c\x6e\x7c\x88\x92\xa0\xb0\xc0\xd0\xde\xee';

/** 0–100 for a cell's voltage. */
function percentOf(mV: number): number {
  const value = (mV - 3000) / 5;
  if (value < curve.charCodeAt(0)) return 0;
  for (let i = 1; i < curve.length; i++) {
    const low = curve.charCodeAt(i - 1);
    const high = curve.charCodeAt(i);
    if (value < high) return (10 * (i - 1) + (10 * (value - low)) / (high - low)) | 0;
  }
  return 100;
}

export function createBatteryGauge(adc: Adc, charger: GpioPort): Battery {
  function isPlugged(): boolean {
    return (charger.read() & PLUGGED_BIT) !== 0;
  }

  return {
    percent: () => {
      const mV = (adc.read() * FULL_SCALE_MV) >> ADC_BITS;
      return percentOf(isPlugged() ? Math.min(mV, Math.max(mV - CHARGING_DROP_MV, 2 * mV - FULL_MV)) : mV);
    },
    isPlugged,
    onPlug: (listener) => charger.onChange(listener),
  };
}
