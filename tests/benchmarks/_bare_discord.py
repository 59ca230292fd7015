"""What ours is compared to: discord.py with one command that only defers, in a process of its own."""

from __future__ import annotations

import json
import os

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Bare(discord.AutoShardedClient):
    """Registers the command and says when it is there."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def on_ready(self) -> None:
        print(json.dumps({"event": "ready"}), flush=True)


def main() -> None:
    """Run until killed."""
    Route.BASE = os.environ["DISCORD_API_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_GATEWAY_URL"])
    client = Bare()

    @client.tree.command(name="intro", description="Only defers.")
    async def intro(interaction: discord.Interaction[Bare]) -> None:
        await interaction.response.defer(ephemeral=True)

    client.run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main()
