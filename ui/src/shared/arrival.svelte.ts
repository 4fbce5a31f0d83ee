/** Whoever was called into an incident, and came, is brought to its document and its call as well (E1). */
class Arrival {
  /** The incident's id; null when nobody is on the way. */
  incident = $state<string | null>(null);

  bring(incident: string): void {
    this.incident = incident;
  }

  /** They are there; nobody is brought a second time. */
  over(): void {
    this.incident = null;
  }
}

export const arrival = new Arrival();
