/** Where a link in a text leads: out of the program, to a place in it, or nowhere. */
export type Leads = { to: "outside"; url: string } | { to: "incident"; key: string } | null;

/** The longest address that is opened; the host says so too. */
const LONGEST = 2_048;

/** Only what the host opens is a link: everything else is shown as the text that it is. */
export function leads(href: string): Leads {
  if (href.length > LONGEST) return null;
  let url: URL;
  try {
    url = new URL(href);
  } catch {
    return null;
  }
  if (url.protocol === "https:" && url.username === "" && url.password === "") return { to: "outside", url: href };
  if (url.protocol === "mailto:" && url.pathname.includes("@")) return { to: "outside", url: href };
  // firebell://HOT-12
  const key = url.protocol === "firebell:" ? /^firebell:\/\/([A-Za-z]{1,10}-\d{1,9})\/?$/.exec(href)?.[1] : undefined;
  return key === undefined ? null : { to: "incident", key: key.toUpperCase() };
}
