/** The roles that are offered by name, those first without which nothing goes on (R1). */
export const shipped = ["tech_lead", "communications_manager", "deputy"] as const;

interface Card {
  duty: string;
  /** What whoever has it does, in the order in which they do it. */
  tasks: string[];
}

const cards: Record<string, Card> = {
  im: { duty: "duty-im", tasks: ["task-im-1", "task-im-2", "task-im-3", "task-im-4"] },
  tech_lead: { duty: "duty-tech-lead", tasks: ["task-tech-lead-1", "task-tech-lead-2", "task-tech-lead-3", "task-tech-lead-4"] },
  communications_manager: {
    duty: "duty-communications-manager",
    tasks: ["task-communications-manager-1", "task-communications-manager-2", "task-communications-manager-3", "task-communications-manager-4"],
  },
  deputy: { duty: "duty-deputy", tasks: ["task-deputy-1", "task-deputy-2", "task-deputy-3", "task-deputy-4"] },
};

/** What a role asks of whoever has it; one made up on the spot says so in its name. */
export const cardOf = (role: string): Card => cards[role] ?? { duty: "duty-other", tasks: [] };
