"""A page and its pictures in one file, as Chrome and Edge save it: `.mhtml`.

It is a mail (RFC 2557): a head, and parts that say from which address they are.
"""

import email
import email.policy
import re
from dataclasses import dataclass

from scraping.markup import decode
from utils import InputError

HEAD = re.compile(rb"\s*[A-Z][\w-]*:", re.IGNORECASE)
KIND = re.compile(rb"^Content-Type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class SavedPage:
    """What is in the file.

    Attributes:
        text: the page.
        address: where it was saved from; empty if it does not say.
        parts: everything else in it, by address.
    """

    text: str
    address: str
    parts: dict[str, bytes]


def is_mhtml(body: bytes) -> bool:
    return bool(HEAD.match(body) and KIND.search(body[:4000]))


def read_mhtml(body: bytes) -> SavedPage:
    """Takes a saved page apart.

    Raises:
        InputError: there is no page in it.
    """
    try:
        mail = email.message_from_bytes(body, policy=email.policy.compat32)
        parts = [part for part in mail.walk() if not part.is_multipart()]
        page = next(p for p in parts if p.get_content_type() == "text/html")
        address = mail["Snapshot-Content-Location"] or page["Content-Location"] or ""
        found = {}
        for part in parts:
            name = (part["Content-ID"] or "").strip("<> ")
            for place in (part["Content-Location"], name and f"cid:{name}"):
                if place and part is not page:
                    found.setdefault(str(place).strip(), part.get_payload(decode=True))
        text = decode(page.get_payload(decode=True), page.get_content_charset())
    except StopIteration:
        raise InputError("expected a page in it. Received: none") from None
    except Exception as error:  # damaged, in any of the ways that mails can be
        raise InputError(f"expected a whole saved page. Received: {error}") from None
    return SavedPage(text, str(address).strip(), found)
