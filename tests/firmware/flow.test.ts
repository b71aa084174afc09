/** The flow runner: late and doubled callbacks must not move a flow on. */
import { run, type Go, type Step } from '../../firmware/flow';
import { VirtualClock } from '../support/fake-board';

interface Trace {
  readonly clock: VirtualClock;
  readonly seen: string[];
  gos: Go[];
}

function waits(name: string): Step<Trace> {
  return (trace, go) => {
    trace.seen.push(name);
    trace.gos.push((fault) => {
      go(fault);
      trace.clock.run(0);
    });
  };
}

function passes(name: string): Step<Trace> {
  return (trace) => {
    trace.seen.push(name);
    return true;
  };
}

function start(...steps: Step<Trace>[]): Trace & { ends: number[] } {
  const clock = new VirtualClock();
  const trace = { clock, seen: [] as string[], gos: [] as Go[], ends: [] as number[] };
  run(clock, steps, trace, (fault) => trace.ends.push(fault));
  clock.run(0);
  return trace;
}

describe('a flow', () => {
  it('runs synchronous steps through and waits for the others', () => {
    const trace = start(passes('a'), passes('b'), waits('c'), passes('d'));
    expect(trace.seen).toEqual(['a', 'b', 'c']);
    trace.gos[0]();
    expect(trace.seen).toEqual(['a', 'b', 'c', 'd']);
    expect(trace.ends).toEqual([0]);
  });

  it('refuses a second go of the same step', () => {
    const trace = start(waits('a'), waits('b'), waits('c'));
    trace.gos[0]();
    trace.gos[0]();
    expect(trace.seen).toEqual(['a', 'b']);
  });

  it('refuses a second go before the next step has begun', () => {
    const trace = start(
      (_t, go) => {
        go();
        go();
        go(9);
      },
      waits('b'),
      waits('c'),
    );
    expect(trace.seen).toEqual(['b']);
    expect(trace.ends).toEqual([]);
  });

  it('ends once, with the first fault; whatever comes later is dead', () => {
    const trace = start(waits('a'), waits('b'));
    trace.gos[0](7);
    trace.gos[0]();
    trace.gos[0](8);
    expect(trace.seen).toEqual(['a']);
    expect(trace.ends).toEqual([7]);
  });

  it('takes a go from inside the step', () => {
    const trace = start((_t, go) => go(), waits('b'));
    expect(trace.seen).toEqual(['b']);
  });

  it('does not run a step twice when it goes and returns true', () => {
    const trace = start(
      (_t, go) => {
        go();
        return true;
      },
      waits('b'),
      waits('c'),
    );
    expect(trace.seen).toEqual(['b']);
  });

  it('of no steps ends at once', () => {
    expect(start().ends).toEqual([0]);
  });
});
