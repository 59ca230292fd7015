"""A small real bot, made with discord.py, for trying the pretend Discord; and a server to put the latter on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
from aiohttp import web
from discord import app_commands, ui

from adapters.sandbox.discord import PretendDiscord


class Accept(ui.DynamicItem[ui.Button[Any]], template=r"accept:(?P<token>\w+)"):
    """A button whose meaning stands in its id, as the real bot's do."""

    def __init__(self, token: str) -> None:
        super().__init__(ui.Button(label="Yes, gladly", custom_id=f"accept:{token}", style=discord.ButtonStyle.success))
        self.token = token

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: re.Match[str]) -> Accept:
        return cls(match["token"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.edit_message(content="Thank you.", view=None)
        student = await interaction.client.fetch_user(int(self.token))
        await student.send("Maya said yes.", allowed_mentions=discord.AllowedMentions.none())


class Ask(ui.Modal, title="Who would you like to ask?"):
    wonder: ui.Label[Any] = ui.Label(text="What do you wonder about?", component=ui.TextInput(max_length=100))
    field: ui.Label[Any] = ui.Label(
        text="Field",
        component=ui.Select(
            options=[discord.SelectOption(label="Law", value="law"), discord.SelectOption(label="Art")]
        ),
    )
    stage: ui.Label[Any] = ui.Label(
        text="Stage",
        component=ui.RadioGroup(
            options=[discord.RadioGroupOption(label="Early"), discord.RadioGroupOption(label="Late")]
        ),
    )
    days: ui.Label[Any] = ui.Label(
        text="Days",
        component=ui.CheckboxGroup(
            options=[discord.CheckboxGroupOption(label="Mon"), discord.CheckboxGroupOption(label="Tue")],
            required=False,
            min_values=0,
        ),
    )
    cv: ui.Label[Any] = ui.Label(text="A file", component=ui.FileUpload(custom_id="cv", required=False, min_values=0))

    async def on_submit(self, interaction: discord.Interaction[Any]) -> None:
        seen = interaction.client.seen
        seen["ask"] = (
            self.wonder.component.value,  # type: ignore[attr-defined]
            self.field.component.values,  # type: ignore[attr-defined]
            self.stage.component.value,  # type: ignore[attr-defined]
            self.days.component.values,  # type: ignore[attr-defined]
        )
        seen["files"] = [await one.read() for one in self.cv.component.values]  # type: ignore[attr-defined]
        view = ui.View(timeout=None)
        view.add_item(Accept(str(interaction.user.id)))
        await interaction.response.send_message("Is this right?", view=view, ephemeral=True)


class Bot(discord.AutoShardedClient):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05)
        self.seen: dict[str, Any] = {}
        self.came = asyncio.Event()
        self.resumed = asyncio.Event()
        self.tree = app_commands.CommandTree(self)
        self.add_dynamic_items(Accept)
        self.tree.add_command(app_commands.Command(name="intro", description="Find someone to ask", callback=intro))
        host = app_commands.Group(name="host", description="Talk with students")
        host.add_command(app_commands.Command(name="join", description="Join with your code", callback=join))
        desk = app_commands.Group(
            name="desk", description="The office", default_permissions=discord.Permissions(manage_guild=True)
        )
        desk.add_command(app_commands.Command(name="queue", description="What is stuck", callback=queue))
        self.tree.add_command(host)
        self.tree.add_command(desk)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """The library waits 5 seconds before it identifies again; a test need not."""

    async def on_ready(self) -> None:
        self.came.set()

    async def on_resumed(self) -> None:
        self.resumed.set()


@app_commands.choices(what=[app_commands.Choice(name=word, value=word) for word in ("find", "mine", "help")])
async def intro(interaction: discord.Interaction[Any], what: str = "find") -> None:
    interaction.client.seen["intro"] = (what, interaction.guild_id, interaction.context.dm_channel)
    await interaction.response.send_modal(Ask())


async def join(interaction: discord.Interaction[Any], code: str = "") -> None:
    interaction.client.seen["join"] = (code, [role.id for role in getattr(interaction.user, "roles", [])])
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.followup.send("Welcome.")
    await interaction.followup.send("One more thing.", ephemeral=True)


async def queue(interaction: discord.Interaction[Any]) -> None:
    await interaction.response.send_message("Nothing is stuck.", ephemeral=True)


@asynccontextmanager
async def served(pretend: PretendDiscord) -> AsyncIterator[dict[str, str]]:
    app = web.Application()
    app.add_routes(pretend.routes())
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield pretend.settings(f"http://{host}:{port}")
    finally:
        await pretend.close()
        await runner.cleanup()
