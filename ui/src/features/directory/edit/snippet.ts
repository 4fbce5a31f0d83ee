import type { AlertFormat, AlertTokenView } from "@/host";

/** What the administrator of a monitoring system writes on the other side; its words are that system's. */
export function snippet(format: AlertFormat, { token, server }: AlertTokenView): string {
  const base = (server ?? "https://firebell.example").replace(/\/+$/, "");
  switch (format) {
    case "alertmanager":
      return [
        "receivers:",
        "  - name: firebell",
        "    webhook_configs:",
        `      - url: ${base}/api/v1/intake/alertmanager`,
        "        send_resolved: true",
        "        max_alerts: 500",
        "        http_config:",
        "          authorization:",
        "            type: Bearer",
        `            credentials: ${token}`,
      ].join("\n");
    case "events":
      return [`url: ${base}/v2/enqueue`, `routing_key: ${token}`].join("\n");
    case "json":
      return [`curl ${base}/api/v1/intake/json \\`, `  -H 'Authorization: Bearer ${token}' \\`, `  -d '{"summary": "Checkout is down", "dedup_key": "checkout"}'`].join("\n");
  }
}
