/**
 * A line at work (line.ts): connects, sends, waits, drops what does not belong, hangs up. Made for the exchanges of one flow, so
 * that nothing of it is in memory while nobody speaks.
 */
import type { Bytes } from '../../hal/bytes';
import type { Clock } from '../../hal/bus';
import type { Link, Modem } from '../../hal/devices';
import {
  FAULT_BUSY,
  FAULT_CANCELLED,
  FAULT_LINE_CLOSED,
  FAULT_NONE,
  FAULT_NOT_READY,
  FAULT_PROTOCOL,
  FAULT_TIMEOUT,
} from '../../hal/fault';
import { bodyOf, createDeframer, wrapFrame } from './envelope';
import type { ExchangeDone, Line, LineSettings } from './line';

interface Exchange {
  readonly frame: Bytes;
  /** Of TPDU and header, in requests and answers. */
  readonly envelopeBytes: number;
  readonly accept: (answerBody: Bytes) => boolean;
  readonly timeoutMs: number;
  readonly done: ExchangeDone;
  sent: boolean;
  alarm: number;
  /** The connection was open before: it may have died unnoticed, so one fresh connection is tried. */
  reused: boolean;
}

/** A line that is made for a while. */
export interface Session extends Line {
  /** Nothing of it is under way: it may be forgotten. */
  over(): boolean;
}

export function createSession(clock: Clock, modem: Modem, settings: LineSettings): Session {
  const deframer = createDeframer();
  let link: Link | null = null;
  let running: Exchange | null = null;
  let dialling = false;
  let sending = false;

  function hangUp(): void {
    const open = link;
    link = null;
    sending = false;
    if (!open) return;
    open.onData(null);
    open.onClose(null);
    open.close();
  }

  function finish(fault: number, answerBody: Bytes): void {
    const ended = running;
    if (!ended) return;
    running = null;
    clock.cancelAlarm(ended.alarm);
    if (fault !== FAULT_NONE) hangUp();
    ended.done(fault, answerBody, ended.sent);
  }

  function onData(bytes: Bytes): void {
    if (!deframer.push(bytes)) return;
    for (let frame = deframer.next(); frame !== ''; frame = deframer.next()) {
      const body = running && running.sent ? bodyOf(frame, running.envelopeBytes) : '';
      if (body !== '' && running && running.accept(body)) {
        if (!settings.frameLength) deframer.reset(true);
        finish(FAULT_NONE, body);
      }
    }
    if (!deframer.broken()) return;
    hangUp();
    finish(FAULT_PROTOCOL, '');
  }

  function onClose(): void {
    link = null;
    sending = false;
    if (running) failed(running, FAULT_LINE_CLOSED);
  }

  /** The connection failed an exchange. One that was open before is given one more chance while nothing was sent. */
  function failed(exchange: Exchange, fault: number): void {
    if (exchange.sent || !exchange.reused) {
      finish(fault, '');
      return;
    }
    clock.cancelAlarm(exchange.alarm);
    hangUp();
    dial(exchange);
  }

  function send(exchange: Exchange): void {
    // The modem still waits for the far end to acknowledge the last message, though its answer is here already.
    if (sending) return;
    const open = link as Link;
    sending = true;
    exchange.sent = true;
    exchange.alarm = clock.alarm(exchange.timeoutMs, () => finish(FAULT_TIMEOUT, ''));
    open.send(exchange.frame, (fault) => {
      if (link !== open) return;
      sending = false;
      if (running === exchange) {
        // The modem refused before it took a byte (docs/devices/modem.md): this is still "never sent".
        if (fault === FAULT_NOT_READY) exchange.sent = false;
        if (fault !== FAULT_NONE) failed(exchange, fault);
      } else if (running && !running.sent) {
        if (fault === FAULT_NONE) send(running);
        else failed(running, fault);
      }
    });
  }

  function dial(exchange: Exchange): void {
    exchange.reused = false;
    dialling = true;
    const request = {
      host: settings.host,
      port: settings.port,
      apn: settings.apn,
      phones: settings.phones,
      outsideLine: settings.outsideLine,
      redials: settings.redials,
      timeoutMs: settings.connectTimeoutMs,
    };
    modem.start(request, (fault, opened) => {
      dialling = false;
      if (running !== exchange) {
        if (opened) opened.close();
        return;
      }
      if (fault !== FAULT_NONE || !opened) {
        finish(fault === FAULT_NONE ? FAULT_NOT_READY : fault, '');
        return;
      }
      link = opened;
      deframer.reset(!settings.frameLength);
      opened.onData(onData);
      opened.onClose(onClose);
      // From an alarm: the modem's driver stands on the stack, and the small engine's is short.
      clock.alarm(0, () => {
        if (running === exchange && link === opened) send(exchange);
      });
    });
  }

  function cancel(): void {
    if (!running) return;
    if (dialling) modem.cancel();
    finish(FAULT_CANCELLED, '');
  }

  return {
    exchange: (body, header, accept, timeoutMs, done) => {
      if (running || dialling) {
        clock.alarm(0, () => done(FAULT_BUSY, '', false));
        return;
      }
      const envelopeBytes = settings.tpdu.length + header.length;
      const frame = wrapFrame(settings.tpdu, header, body).substr(settings.frameLength ? 0 : 2);
      const exchange = { frame, envelopeBytes, accept, timeoutMs, done, sent: false, alarm: 0, reused: link !== null };
      running = exchange;
      // From an alarm: the callers' frames are gone by then, and the small engine's stack is short.
      clock.alarm(0, () => {
        // A line that closed meanwhile has begun to dial already.
        if (running !== exchange || exchange.sent || dialling) return;
        if (link) send(exchange);
        else dial(exchange);
      });
    },
    cancel,
    hangUp: () => {
      cancel();
      hangUp();
    },
    connected: () => link !== null,
    over: () => !running && !dialling && !link,
  };
}
