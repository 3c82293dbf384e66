"""Every answer of a site in a file of its own, so that nothing is asked for twice."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from scraping.markup import decode
from utils import whole_file


@dataclass(frozen=True)
class Answer:
    """What an address gave.

    Attributes:
        body: its bytes; `None` if there is nothing at the address.
        address: where they came from after all redirects.
        charset: what the header says it is, if it says so.
    """

    body: bytes | None
    address: str
    charset: str | None = None

    @property
    def text(self) -> str:
        return decode(self.body, self.charset)


class Cache:
    """A folder of answers, each a line of JSON and then the body as it came.

    Args:
        folder: where they are; `None` to keep none.
    """

    def __init__(self, folder: Path | None):
        self.folder = folder

    def recall(self, asked_for: str) -> Answer | None:
        if self.folder is None or not self._file(asked_for).exists():
            return None
        head, _, body = self._file(asked_for).read_bytes().partition(b"\n")
        try:
            head = json.loads(head)
            missing, address, charset = (
                head[key] for key in ("missing", "address", "charset")
            )
        except (ValueError, LookupError, TypeError):  # damaged: as if it were not there
            return None
        return Answer(None if missing else body, address, charset)

    def keep(self, asked_for: str, answer: Answer):
        if self.folder is not None:
            head = {
                "asked_for": asked_for,
                "address": answer.address,
                "charset": answer.charset,
                "missing": answer.body is None,
            }
            with whole_file(self._file(asked_for)) as part:
                line = json.dumps(head).encode()
                part.write_bytes(line + b"\n" + (answer.body or b""))

    def forget(self, asked_for: str):
        """Removes an answer that turned out useless; it will be asked for again."""
        if self.folder is not None:
            self._file(asked_for).unlink(missing_ok=True)

    def _file(self, asked_for: str) -> Path:
        digest = hashlib.sha256(asked_for.encode(errors="backslashreplace"))
        return self.folder / digest.hexdigest()[:32]
