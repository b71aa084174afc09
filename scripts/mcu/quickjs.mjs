// Runs the lowered firmware inside QuickJS, with what the small engine lacks deleted, while the World stays in Node.
// Every call of the bus tier crosses the border as text; see quickjs-prelude.mjs for the other side.
import { getQuickJS } from 'quickjs-emscripten';
import { globals, members } from '../engine-facts.mjs';
import { preludeText } from './quickjs-prelude.mjs';

/** The engine itself needs `Error`; QuickJS's own are not deleted so that a failure can be told. */
const kept = ['Error', 'globalThis'];

const shift = (bytes, by) => {
  let out = '';
  for (let i = 0; i < bytes.length; i++) out += String.fromCharCode(bytes.charCodeAt(i) + by);
  return out;
};
const toEngine = (bytes) => shift(bytes, 256);
const fromEngine = (text) => shift(text, -256);

/** The calls of the bus tier by name, over the World's bus. `deliver` brings what happens back in. */
function hostCalls(bus, deliver) {
  const handles = new Map();
  let nextHandle = 1;
  return {
    listen(port, on) {
      const device = bus[port];
      const kind = device.onData ? 'data' : 'levels';
      const listener = on ? (value) => deliver(kind, port, kind === 'data' ? toEngine(value) : String(value)) : null;
      if (device.onData) device.onData(listener);
      else device.onChange(listener);
    },
    'uart.write': (port, bytes) => bus[port].write(fromEngine(bytes)),
    'uart.lost': (port) => bus[port].lostBytes(),
    spi: (port, out, length) => toEngine(bus[port].transfer(fromEngine(out), Number(length))),
    'gpio.write': (port, levels) => bus[port].write(Number(levels)),
    'gpio.read': (port) => bus[port].read(),
    adc: (port) => bus[port].read(),
    now: () => bus.clock.nowMs(),
    alarm(_port, delayMs) {
      const handle = nextHandle++;
      handles.set(
        handle,
        bus.clock.alarm(Number(delayMs), () => {
          handles.delete(handle);
          deliver('alarm', String(handle), '');
        }),
      );
      return handle;
    },
    cancel(_port, handle) {
      bus.clock.cancelAlarm(handles.get(Number(handle)) ?? 0);
      handles.delete(Number(handle));
    },
    worked: (_port, work) => bus.clock.worked(Number(work)),
    'rtc.read': () => toEngine(bus.rtc.read()),
    'rtc.write': (_port, digits) => bus.rtc.write(fromEngine(digits)),
    random: (_port, length) => toEngine(bus.random.bytes(Number(length))),
  };
}

/**
 * One engine. `boot(bus, settings)` is what the World runs at power-on: a new context with the bundle in it, its `board`
 * module started on the bus. `errors` collects what the firmware threw; the World goes on.
 */
export async function createEngine(bundleText) {
  const quickjs = await getQuickJS();
  const runtime = quickjs.newRuntime();
  const errors = [];
  let life = 0;

  function boot(bus, settings) {
    const context = runtime.newContext();
    const mine = ++life;
    const unwrap = (result) => {
      if (!result.error) return result.value;
      const error = context.dump(result.error);
      result.error.dispose();
      throw new Error(`in the small engine: ${error.message ?? error}\n${error.stack ?? ''}`);
    };
    const guard = (run) => {
      try {
        return run();
      } catch (error) {
        errors.push(error);
        return undefined;
      }
    };
    let deliver = null;
    const calls = hostCalls(bus, (...payload) => {
      if (mine !== life) return;
      guard(() => {
        const handles = payload.map((text) => context.newString(text));
        unwrap(context.callFunction(deliver, context.undefined, ...handles)).dispose();
        handles.forEach((handle) => handle.dispose());
      });
    });
    const hostCall = context.newFunction('hostCall', (...handles) => {
      const [name, ...rest] = handles.map((handle) => context.getString(handle));
      const answer = calls[name](...rest);
      return answer === undefined ? context.undefined : context.newString(String(answer));
    });
    context.setProp(context.global, 'hostCall', hostCall);
    hostCall.dispose();
    guard(() => {
      const host = unwrap(context.evalCode(preludeText(globals, members, kept), 'prelude.js'));
      const busHandle = context.getProp(host, 'bus');
      deliver = context.getProp(host, 'deliver');
      const require = unwrap(context.evalCode(bundleText, 'firmware.js'));
      const board = unwrap(context.callFunction(require, context.undefined, context.newString('board')));
      const start = context.getProp(board, 'start');
      const settingsHandle = unwrap(context.evalCode(`(${JSON.stringify(settings)})`));
      unwrap(context.callFunction(start, context.undefined, busHandle, settingsHandle)).dispose();
    });
  }

  return { boot, errors, usage: () => runtime.computeMemoryUsage() };
}
