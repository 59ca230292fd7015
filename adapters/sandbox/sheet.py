"""The gallery as one file that opens without a sandbox: the page's own modules, styles and letters, put together.

A browser loads no modules from a file's neighbours, so each module becomes a function that hands out what it exports,
in the order in which they need one another.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from .page import FILES, KINDS

MODULES: Final = ("dom", "times", "marks", "draw_slack", "draw_discord", "examples", "form", "gallery")
STYLES: Final = ("tokens", "page", "windows", "slack", "discord", "forms", "gallery")
IMPORT: Final = re.compile(r'^import \{([^}]+)\} from "\./(\w+)\.js";\n', re.MULTILINE)
EXPORT: Final = re.compile(r"^export ((?:async )?function|const|class) (\w+)", re.MULTILINE)
AT_HOME: Final = re.compile(r'url\("/look/([a-z0-9_.]+)"\)')


def sheet(told: Mapping[str, Any]) -> str:
    """The document; `told` is `{now, dark, pieces: [{id, name, kind, about, first, slack: […], discord: […]}]}`."""
    payloads = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
    style = "\n".join(_text(f"{name}.css") for name in STYLES)
    script = "\n".join(_module(name) for name in MODULES)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Common Grounds: every view and every form</title>
<style>{AT_HOME.sub(_inside, style)}</style>
</head>
<body class="gallery">
<header><h1>Every view and every form</h1><nav id="contents"></nav></header>
<main id="sheet"></main>
<script type="application/json" id="payloads">{payloads}</script>
<script>"use strict";
{script}
M.gallery.hang();</script>
</body>
</html>
"""


def _text(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")


def _module(name: str) -> str:
    text = _text(f"{name}.js")
    exported = ", ".join(found[1] for found in EXPORT.findall(text))
    text = IMPORT.sub(lambda found: f"const {{{found[1]}}} = M.{found[2]};\n", text)
    text = EXPORT.sub(lambda found: f"{found[1]} {found[2]}", text)
    begin = "const M = {};\n" if name == MODULES[0] else ""
    return f"{begin}M.{name} = (() => {{\n{text}\nreturn {{ {exported} }};\n}})();"


def _inside(found: re.Match[str]) -> str:
    file = FILES / found[1]
    return f'url("data:{KINDS[file.suffix]};base64,{base64.b64encode(file.read_bytes()).decode()}")'
