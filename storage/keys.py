"""The keys that free text, e-mails and tokens are sealed with, and the key of the hash beside them.

They live apart from the database, so that a stolen copy of it is not enough to read what people wrote. A sealed text
names the key it was sealed with (`k1:…`): a new key is put first in the list and used from then on, the older ones
stay below it to read what they sealed. Because of that name there is no trying of keys in turn (MultiFernet), and a
missing key is told by its id. The hash key can't be changed without reading every e-mail anew; it has no id.

The text form, in a file or an environment variable, is `name:value` pairs parted by white space or commas.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from storage.errors import KeysError

HASH = "hash"
_ID = re.compile(r"[a-z0-9]{1,16}")


@dataclass(frozen=True)
class Keys:
    """The keys in force. `fernets` by key id, the first one seals."""

    fernets: Mapping[str, Fernet] = field(repr=False)
    hash_key: bytes = field(repr=False)

    def seal(self, text: str) -> str:
        """The text made unreadable, with the id of its key before it."""
        key_id, fernet = next(iter(self.fernets.items()))
        return f"{key_id}:{fernet.encrypt(text.encode()).decode()}"

    def unseal(self, sealed: str) -> str:
        """The text again. Raises KeysError where its key is not here or does not fit."""
        key_id, _, token = sealed.partition(":")
        if key_id not in self.fernets:
            raise KeysError(f"A text was sealed with the key {key_id!r}, which is not among the keys given.")
        try:
            return self.fernets[key_id].decrypt(token.encode()).decode()
        except InvalidToken:
            raise KeysError(f"The key {key_id!r} is not the one this database was written with.") from None

    def fingerprint(self, purpose: str, text: str) -> str:
        """A keyed hash, equal for texts that differ only in case and outer space; `purpose` keeps kinds apart."""
        told = f"{purpose}\n{text.strip().casefold()}"
        return hmac.new(self.hash_key, told.encode(), hashlib.sha256).hexdigest()


def new_keys_text() -> str:
    """Fresh keys in the text form."""
    hash_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return f"{HASH}:{hash_key}\nk1:{Fernet.generate_key().decode()}\n"


def read_keys(text: str) -> Keys:
    """Keys from their text form. Raises KeysError."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith("#"))
    pairs = [pair.partition(":") for pair in re.split(r"[\s,]+", "\n".join(lines)) if pair]
    found = {name: value for name, _, value in pairs}
    if len(found) != len(pairs):
        raise KeysError("Two of the keys have the same name.")
    hash_text = found.pop(HASH, "")
    if not hash_text or not found:
        raise KeysError("The keys must hold one `hash:…` and at least one `k1:…`.")
    return Keys({name: _fernet(name, value) for name, value in found.items()}, _hash_key(hash_text))


def _fernet(name: str, value: str) -> Fernet:
    if not _ID.fullmatch(name):
        raise KeysError("A key's name is up to 16 small letters and digits.")
    try:
        return Fernet(value)
    except ValueError:
        raise KeysError(f"The key {name!r} is not 32 bytes in URL-safe base64.") from None


def _hash_key(value: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(value)
    except ValueError:
        key = b""
    if len(key) < 32:
        raise KeysError("The hash key is not 32 bytes in URL-safe base64.")
    return key


def keys_beside(database: Path) -> Keys:
    """The keys of an SQLite file, in `<file>.key` beside it; made at the first start.

    They are not made for a database that is already there: what was sealed with the lost keys could never be read
    again, and nobody would be told. Raises KeysError.
    """
    path = database.with_name(database.name + ".key")
    if not path.exists():
        if database.exists() and database.stat().st_size:
            raise KeysError(f"{database} is there but its keys, {path}, are not: put them back, from a backup.")
        _write_new(path)
    try:
        return read_keys(path.read_text("ascii"))
    except (OSError, UnicodeDecodeError) as error:
        raise KeysError(f"The keys in {path} can't be read: {error}.") from None


def _write_new(path: Path) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as error:
        raise KeysError(f"The keys can't be written to {path}: {error.strerror}.") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(new_keys_text())
        file.flush()
        os.fsync(file.fileno())
