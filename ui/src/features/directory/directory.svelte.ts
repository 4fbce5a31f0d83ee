import { createContext } from "svelte";
import type { DirectoryView, Host, PersonView } from "@/host";
import { t } from "@/i18n";
import { Query } from "@/shared/query.svelte";
import { byName } from "@/shared/words";
import type { Option } from "@/shared/widgets";

export interface ScaleLine {
  severity: number;
  name: string;
  criteria: string;
  short: string;
}

/** Our own words for the three severities, as message ids. */
export const shippedScale = {
  1: { name: "severity-1-name", criteria: "severity-1-criteria", short: "severity-1-short" },
  2: { name: "severity-2-name", criteria: "severity-2-criteria", short: "severity-2-short" },
  3: { name: "severity-3-name", criteria: "severity-3-criteria", short: "severity-3-short" },
} as const;

/** People, services, products and the severity scale: everything a form may name. */
export class Directory {
  readonly query: Query<DirectoryView>;
  readonly people = $derived.by<PersonView[]>(() => byName((this.view?.people ?? []).filter((person) => person.active)));
  readonly services = $derived.by(() => byName(this.view?.services ?? []));
  readonly products = $derived.by(() => byName(this.view?.products ?? []));

  constructor(host: Host) {
    this.query = new Query(() => host.call("list_directory", null));
  }

  get view(): DirectoryView | null {
    return this.query.data;
  }

  /** The scale as the organisation agreed on it; our own words where it left them empty. */
  readonly scale = $derived.by<ScaleLine[]>(() =>
    ([1, 2, 3] as const).map((severity) => {
      const agreed = this.view?.severity_scale.find((line) => line.severity === severity);
      return {
        severity,
        name: agreed?.name || t(shippedScale[severity].name),
        criteria: agreed?.criteria || t(shippedScale[severity].criteria),
        short: agreed?.short || t(shippedScale[severity].short),
      };
    }),
  );

  /** The key of what somebody is in command of now, if of anything (C4). */
  managing(person: string): string | null {
    return this.view?.people.find((each) => each.id === person)?.managing ?? null;
  }

  phoneOf(person: string): string {
    return this.view?.people.find((each) => each.id === person)?.phone ?? "";
  }

  /** People for a field of choice; who already manages an incident shows as busy. */
  readonly personOptions = $derived.by<Option[]>(() =>
    this.people.map((person) => ({
      value: person.id,
      label: person.name,
      hint: person.managing ? t("person-managing", { key: person.managing }) : "",
    })),
  );

  readonly serviceOptions = $derived.by<Option[]>(() =>
    this.services.map((service) => ({ value: service.id, label: service.name, hint: service.team?.name ?? "" })),
  );
}

export const [useDirectory, provideDirectory] = createContext<Directory>();
