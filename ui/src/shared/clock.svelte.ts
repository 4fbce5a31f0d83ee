/** The time that elapsed clocks and countdowns show, moved once a second for the whole window. */
class Clock {
  now = $state(Date.now());

  constructor() {
    const tick = () => {
      this.now = Date.now();
      // Aligned to the full second, so that all clocks on the wall turn together.
      setTimeout(tick, 1000 - (this.now % 1000));
    };
    if (typeof window !== "undefined") tick();
  }
}

export const clock = new Clock();
