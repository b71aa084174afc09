/**
 * Fake of a three-track read head without a decoder: an amplifier with a peak detector a track (as in application notes
 * for discrete F2F readers) turns every flux transition of the stripe into an edge (ISO/IEC 7811-2 and -6). It has no memory: a
 * card that nobody reads is gone. The card: stripe-card.ts, its way past the head: stripe-flux.ts.
 */
import type { PulseWire } from '../world/pulse-wire';
import type { World, WorldDevice } from '../world/world';
import { bitsOfCard, optionsOfTrack, type StripeCard, type SwipeOptions } from './stripe-card';
import { fluxTimes } from './stripe-flux';

export class EdgeHead implements WorldDevice {
  readonly name = 'stripe';
  state = { powered: true };

  constructor(
    private readonly world: World,
    private readonly wire: PulseWire,
  ) {
    world.add(this);
  }

  /** Draws a card through the slot. Throws for a text that no track can hold. */
  swipe(card: StripeCard, options: SwipeOptions = {}): void {
    const { random } = this.world;
    const bits = bitsOfCard(card, options, random);
    if (!this.state.powered) return;
    this.world.note('stripe', 'swipe');
    this.wire.burst(bits.map((track, i) => fluxTimes(i + 1, track, optionsOfTrack(options, i + 1), random)));
  }

  onEvent(): void {}

  onPower(on: boolean): void {
    this.state.powered = on;
  }
}
