"""What can be wrong with a store, told to the operator in one line: no traceback is needed to act on it."""

from __future__ import annotations


class StoreError(Exception):
    """The store can't be used as it is; the message says why and what to do."""


class KeysError(StoreError):
    """The keys are missing, unreadable or not the ones this database was written with."""


class Unreachable(StoreError):
    """No connection to the database."""


class NotMigrated(StoreError):
    """The database's tables are not those of this version."""
