#!/usr/bin/env python3
"""A phone gateway for Firebell: takes signed webhooks and has somebody called.

It needs Python 3.9 or newer and nothing else. It verifies who sent a message, remembers what it has
seen so that a repeated message calls nobody twice, and runs a command of yours for each page: the
command calls, texts or speaks. When the command exits with 0, the person has answered, and the gateway
acknowledges the page for them; any other exit means that they have not, and Firebell goes on escalating.

  FIREBELL_WEBHOOK_SECRET=whsec_... \\
  gateway.py --listen 127.0.0.1:8099 --log calls.jsonl -- call-somebody

The command gets what it has to say in its environment: FIREBELL_PHONE, FIREBELL_PERSON, FIREBELL_KEY,
FIREBELL_SEVERITY, FIREBELL_SUMMARY (empty when the incident is restricted), FIREBELL_TEXT (a sentence to
speak), FIREBELL_DELIVERY. Put a proxy that speaks TLS in front of it unless both run on one computer.
"""

import argparse
import base64
import collections
import hashlib
import hmac
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY = 1024 * 1024  # a storm is one message with a page for each incident
MAX_AGE_SECS = 300  # an older signature is a recording, a newer one a clock that is wrong
MAX_REMEMBERED = 10_000  # ids; more than a day of the worst storm
MAX_CALLS = 16  # at once; more wait
ACKNOWLEDGE_PAUSES = (1, 2, 4, 8, 15, 30, 60)  # seconds; whoever pressed the key is not asked again
CALL_WITHIN_SECS = 120  # a call that takes longer has reached nobody


def key_of(secret):
    """The bytes of a secret as Firebell shows it."""
    if not secret.startswith("whsec_"):
        raise ValueError("the secret does not begin with whsec_")
    return base64.b64decode(secret[len("whsec_"):], validate=True)


def verified(key, headers, body, now):
    """None when the message is Firebell's, or why it is not believed."""
    delivery = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    if not delivery or not stamp.isdigit():
        return "no delivery or time"
    if abs(now - int(stamp)) > MAX_AGE_SECS:
        return "too old"
    signed = b".".join([delivery.encode(), stamp.encode(), body])
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    for part in headers.get("webhook-signature", "").split():
        version, _, signature = part.partition(",")
        if version == "v1" and hmac.compare_digest(signature, right):
            return None
    return "wrong signature"


class Seen:
    """Ids that were taken, the latest ones."""

    def __init__(self):
        self.lock = threading.Lock()
        self.known = collections.OrderedDict()

    def first(self, delivery):
        with self.lock:
            if delivery in self.known:
                return False
            self.known[delivery] = True
            while len(self.known) > MAX_REMEMBERED:
                self.known.popitem(last=False)
            return True


class Gateway:
    def __init__(self, key, command, log):
        self.key = key
        self.command = command
        self.log_path = log
        self.messages = Seen()
        self.deliveries = Seen()
        self.calls = threading.BoundedSemaphore(MAX_CALLS)
        self.log_lock = threading.Lock()

    def log(self, **what):
        line = json.dumps(what, ensure_ascii=False)
        with self.log_lock:
            print(line, flush=True)
            if self.log_path:
                with open(self.log_path, "a", encoding="utf-8") as file:
                    file.write(line + "\n")

    def take(self, headers, body):
        """Takes a message; the answer is an HTTP status."""
        why = verified(self.key, headers, body, int(time.time()))
        if why:
            self.log(event="refused", why=why)
            return 401
        try:
            message = json.loads(body)
            what, data = message["type"], message["data"]
        except (ValueError, KeyError, TypeError):
            self.log(event="refused", why="cannot be read")
            return 400
        if not self.messages.first(headers["webhook-id"]):
            self.log(event="again", id=headers["webhook-id"])
            return 200
        if what == "test":
            self.log(event="test", id=headers["webhook-id"])
            return 202
        # A list may hold a page that went out alone before.
        pages = [page for page in data.get("pages", []) if self.deliveries.first(page["delivery"])]
        if pages:
            person = data.get("person") or {}
            threading.Thread(target=self.call, args=(person, pages), daemon=True).start()
        return 202

    def call(self, person, pages):
        incidents = [page.get("incident") or {} for page in pages]
        first = incidents[0]
        key, summary = first.get("key", "Test page"), first.get("summary", "")
        text = "Firebell. %s. Severity %s. %s" % (key, first.get("severity", "none"), summary)
        if len(pages) > 1:
            text += " And %d more." % (len(pages) - 1)
        if all(incident.get("drill") for incident in incidents):
            text = "This is a drill. " + text
        environment = dict(
            os.environ,
            FIREBELL_PHONE=person.get("phone", ""),
            FIREBELL_PERSON=person.get("name", ""),
            FIREBELL_KEY=key,
            FIREBELL_SEVERITY=str(first.get("severity", "")),
            FIREBELL_SUMMARY=summary,
            FIREBELL_TEXT=text,
            FIREBELL_DELIVERY=pages[0]["delivery"],
        )
        environment.pop("FIREBELL_WEBHOOK_SECRET", None)
        keys = [incident.get("key", "") for incident in incidents]
        with self.calls:
            try:
                ended = subprocess.run(
                    self.command, env=environment, stdin=subprocess.DEVNULL, timeout=CALL_WITHIN_SECS
                )
                answered = ended.returncode == 0
            except (OSError, subprocess.TimeoutExpired) as error:
                self.log(event="failed", keys=keys, why=str(error))
                return
        self.log(event="called", keys=keys, phone=person.get("phone", ""), answered=answered)
        for page in pages:
            if answered and page.get("acknowledge_url"):
                self.acknowledge(page["delivery"], page["acknowledge_url"])

    def acknowledge(self, delivery, url):
        for pause in (*ACKNOWLEDGE_PAUSES, None):
            status, why = self.answer(url)
            if status not in (None, 503):
                self.log(event="acknowledged" if status == 200 else "too late", delivery=delivery, status=status)
                return
            self.log(event="failed", delivery=delivery, status=status, why=why)
            if pause is not None:
                time.sleep(pause)

    @staticmethod
    def answer(url):
        request = urllib.request.Request(url, data=b"", method="POST")
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, ""
        except urllib.error.HTTPError as error:
            return error.code, str(error)
        except OSError as error:
            return None, str(error)


def handler(gateway):
    class Handler(BaseHTTPRequestHandler):
        timeout = 15

        def do_POST(self):
            try:
                length = int(self.headers.get("content-length", ""))
            except ValueError:
                length = -1
            if not 0 <= length <= MAX_BODY:
                return self.answer(413)
            body = self.rfile.read(length)
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.answer(gateway.take(headers, body))

        def answer(self, status):
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_):
            """What matters is in the log of the gateway."""

    return Handler


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--listen", default="127.0.0.1:8099")
    parser.add_argument("--log", help="also append what happens to this file, a JSON line each")
    parser.add_argument("command", nargs="+", help="what calls; exit 0 means that they answered")
    given = parser.parse_args()

    key = key_of(os.environ.get("FIREBELL_WEBHOOK_SECRET", ""))
    host, _, port = given.listen.rpartition(":")
    gateway = Gateway(key, given.command, given.log)
    server = ThreadingHTTPServer((host, int(port)), handler(gateway))
    print(json.dumps({"listening": "%s:%d" % server.server_address[:2]}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
