"""Takes mail by SMTP with aiosmtpd; each message becomes a file of its own in a folder.

Addresses say how they are answered: later… is refused with 451 the first time, nobody… with 550 always.
With a certificate it takes mail by STARTTLS; unless that is required, without it too, and says so.
"""

import argparse
import asyncio
import email
import email.policy
import json
import os
import ssl

from aiosmtpd.smtp import SMTP


class Handler:
    def __init__(self, folder):
        self.folder = folder
        self.count = 0
        self.refused_once = set()

    def keep(self, kind, what):
        self.count += 1
        name = os.path.join(self.folder, "%06d" % self.count)
        with open(name + ".part", "w", encoding="utf-8") as file:
            json.dump(what, file)
        os.rename(name + ".part", "%s.%s" % (name, kind))

    async def handle_MAIL(self, server, session, envelope, address, options):
        if session.ssl is None:
            self.keep("plain", {"from": address})
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            self.keep("refused", {"to": address, "code": "550"})
            return "550 5.1.1 no such mailbox here"
        if address.startswith("later") and address not in self.refused_once:
            self.refused_once.add(address)
            self.keep("refused", {"to": address, "code": "451"})
            return "451 4.7.1 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        part = lambda kind: message.get_body((kind,)).get_content()
        for address in envelope.rcpt_tos:
            self.keep(
                "mail",
                {
                    "to": address,
                    "encrypted": session.ssl is not None,
                    "subject": str(message["subject"]),
                    "id": str(message["message-id"]),
                    "text": part("plain"),
                    "html": part("html"),
                },
            )
        return "250 OK"


async def main():
    wanted = argparse.ArgumentParser()
    wanted.add_argument("folder")
    wanted.add_argument("--port", type=int, default=0)
    wanted.add_argument("--certificate")
    wanted.add_argument("--key")
    wanted.add_argument("--require", action="store_true")
    given = wanted.parse_args()
    handler = Handler(given.folder)
    tls = None
    if given.certificate:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(given.certificate, given.key)
    smtp = lambda: SMTP(
        handler, hostname="mail.test", tls_context=tls, require_starttls=given.require
    )
    loop = asyncio.get_running_loop()
    server = await loop.create_server(smtp, "127.0.0.1", given.port)
    print("listening %d" % server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
