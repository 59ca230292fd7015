"""The commands, the same words in Slack and Discord; `verb` is what a sub-command does, in the registry of verbs.

Their descriptions are phrases (`commands.<name>` and `commands.<name>_<sub>`, at most 100 characters).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sub:
    """One sub-command; `asks` names the words that may follow it."""

    name: str
    verb: str
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class SlashCommand:
    """`bare`: it can be typed without a sub-command, which then means the first one."""

    name: str
    subs: tuple[Sub, ...]
    bare: bool = False

    def read(self, words: str) -> tuple[Sub, str] | None:
        """The sub-command meant and what follows it; None for words that mean nothing here."""
        first, _, rest = words.strip().partition(" ")
        if not first:
            return (self.subs[0], "") if self.bare else None
        for sub in self.subs:
            if sub.name == first.lower():
                return sub, rest.strip()
        return None


COMMANDS: tuple[SlashCommand, ...] = (
    SlashCommand("intro", (Sub("find", "find"), Sub("mine", "mine"), Sub("help", "help_intro")), bare=True),
    SlashCommand(
        "host",
        (
            Sub("join", "host", ("code",)),
            Sub("profile", "host_profile"),
            Sub("pause", "host_pause"),
            Sub("resume", "host_resume"),
            Sub("mine", "host_mine"),
            Sub("leave", "host_leave"),
            Sub("help", "help_host"),
        ),
    ),
    SlashCommand(
        "desk",
        (
            Sub("doorway", "doorway"),
            Sub("approve", "desk_waiting"),
            Sub("queue", "desk_queue"),
            Sub("why", "why"),
            Sub("introduce", "introduce"),
            Sub("alumni", "desk_alumni", ("words",)),
            Sub("student", "desk_student", ("words",)),
            Sub("import", "desk_import"),
            Sub("report", "desk_report", ("report",)),
            Sub("export", "desk_export", ("export",)),
            Sub("settings", "desk_settings"),
            Sub("audit", "desk_audit"),
            Sub("help", "help_desk"),
        ),
    ),
    SlashCommand(
        "mydata",
        (
            Sub("export", "my_export"),
            Sub("erase", "my_erase"),
            Sub("language", "my_language", ("language",)),
            Sub("quiet", "quiet"),
            Sub("count", "count_me"),
            Sub("help", "help_mydata"),
        ),
    ),
)
BY_NAME = {command.name: command for command in COMMANDS}
