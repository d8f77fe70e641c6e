"""Takes the picture in the README: the demo model on the local Discord, drawn as Discord shows it.

    python -m tools.screenshot docs/screenshot.png

Needs Chromium, and Pillow, which matplotlib brings. What people say is below; what ovbot says is what it
really sent.
"""

from __future__ import annotations

import asyncio
import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from bot.sandbox import Message, Sandbox

WIDTH = 760
SAID = [
    ("Mika", "hi! can you introduce yourself?"),
    ("Ada", "please write a python function that reverses a string"),
    ("Mika", "tell me a long story about a lighthouse"),  # the picture shows the beginning of the reply
]
COLORS = {"Mika": "#c9558f", "Ada": "#3f8f5f", "ovbot": "#5865f2"}
PAGE = """<!doctype html><meta charset="utf-8"><style>
* {{ box-sizing: border-box; margin: 0 }}
#window {{ width: {width}px; font: 15px/1.4 Inter, "Noto Sans", sans-serif; color: #dbdee1;
  background: #313338; border: 1px solid #1e1f22; border-radius: 12px; overflow: hidden }}
header {{ padding: 12px 18px; font-weight: 600; color: #f2f3f5; border-bottom: 1px solid #232428 }}
header span {{ color: #80848e; font-size: 18px; padding-right: 7px }}
main {{ padding: 2px 18px 18px }}
article {{ padding-left: 54px; margin-top: 16px; position: relative }}
.avatar {{ position: absolute; left: 0; top: 2px; width: 38px; height: 38px; border-radius: 50%; color: #fff;
  font-weight: 600; display: flex; align-items: center; justify-content: center }}
.answered .avatar {{ top: 24px }}
.quote {{ color: #a5a8ae; font-size: 13px; margin: 0 0 3px -34px; padding-left: 34px; position: relative }}
.quote::before {{ content: ""; position: absolute; left: 0; top: 9px; width: 28px; height: 10px;
  border: solid #4e5058; border-width: 2px 0 0 2px; border-top-left-radius: 6px }}
.name {{ font-weight: 600; color: #f2f3f5 }}
.app {{ background: #5865f2; color: #fff; font-size: 10px; font-weight: 600; border-radius: 4px;
  padding: 1px 5px; margin-left: 5px; vertical-align: 2px }}
.text {{ white-space: pre-wrap }}
.mention {{ background: #3c4270; color: #c9cdfb; border-radius: 3px; padding: 0 2px }}
pre, code {{ font-family: "DejaVu Sans Mono", monospace; font-size: 13px; border-radius: 4px;
  background: #2b2d31 }}
code {{ padding: 1px 4px }}
pre {{ border: 1px solid #1e1f22; padding: 8px 10px; margin: 4px 0 }}
.embed {{ background: #2b2d31; border-left: 4px solid #1e1f22; border-radius: 4px; padding: 8px 12px;
  font-size: 13.5px; margin-top: 6px; width: fit-content }}
.buttons {{ margin-top: 8px; display: flex; gap: 8px }}
.buttons b {{ background: #4e5058; color: #fff; font-weight: 500; font-size: 14px; border-radius: 8px;
  padding: 5px 14px }}
</style><div id="window"><header><span>#</span>{channel}</header><main>{articles}</main></div>
<script>document.body.dataset.height = Math.ceil(document.body.getBoundingClientRect().height)</script>"""


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("Say where to put the picture: python -m tools.screenshot docs/screenshot.png")
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if browser is None:
        sys.exit("There is no Chromium to draw with: install the package chromium.")
    with TemporaryDirectory() as folder:
        page = Path(folder, "page.html")
        page.write_text(asyncio.run(converse()), encoding="utf-8")
        draw(browser, page, Path(sys.argv[1]))


async def converse() -> str:
    """Run the bot, let people talk to it, and return the channel as a page."""
    async with Sandbox() as sandbox:
        people = {name: sandbox.person(name) for name in {name for name, _ in SAID}}
        articles = []
        async with running_bot(sandbox):
            for number, (name, text) in enumerate(SAID, 1):
                prompt = people[name].say(sandbox.general, f"{sandbox.bot.mention} {text}")
                articles.append(article(prompt))
                reply = await sandbox.general.wait_for(partial(is_reply, prompt), timeout=120)
                await reply.wait_until(in_progress if number == len(SAID) else ended, timeout=120)
                articles.append(article(reply, prompt))
        return PAGE.format(width=WIDTH, channel=sandbox.general.name, articles="".join(articles))


@asynccontextmanager
async def running_bot(sandbox: Sandbox) -> AsyncIterator[None]:
    """`ovbot run` with the demo model, connected to the local Discord."""
    settings = {
        "DISCORD_TOKEN": sandbox.token,
        "DISCORD_API_URL": sandbox.api_url,
        "DISCORD_GATEWAY_URL": sandbox.gateway_url,
        "LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(Path(__file__).parent.parent),
    }
    with TemporaryDirectory() as folder:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=folder, env={**os.environ, **settings}
        )
        try:
            await sandbox.gateway.wait_online()
            yield
        finally:
            if bot.returncode is None:
                bot.terminate()
            await bot.wait()


def is_reply(prompt: Message, message: Message) -> bool:
    return message.author.bot and message.id > prompt.id


def labels(message: Message) -> list[str]:
    return [button["label"] for button in message.buttons()]


def in_progress(message: Message) -> bool:
    return labels(message) == ["Stop"]


def ended(message: Message) -> bool:
    return "Regenerate" in labels(message)


def article(message: Message, prompt: Message | None = None) -> str:
    """A message in HTML. prompt: the message that it replies to."""
    name = message.author.display_name
    quote = prompt and f'<div class="quote">{prompt.author.display_name} {text_html(prompt)}</div>'
    app = '<span class="app">APP</span>' if message.author.bot else ""
    embeds = "".join(
        f'<div class="embed">{plain_html(embed["description"])}</div>' for embed in message.embeds
    )
    buttons = "".join(f"<b>{label}</b>" for label in labels(message))
    return (
        f'<article class="{"answered" if prompt else ""}">'
        f'<div class="avatar" style="background: {COLORS[name]}">{name[0].upper()}</div>{quote or ""}'
        f'<span class="name">{name}</span>{app}<div class="text">{text_html(message)}</div>{embeds}'
        f'<div class="buttons">{buttons}</div></article>'
    )


def text_html(message: Message) -> str:
    return "".join(_parts(message.content, {user.id: user.display_name for user in message.mentions}))


def _parts(content: str, names: dict[int, str]) -> Iterator[str]:
    for number, part in enumerate(re.split(r"```\w*\n(.*?)\n?```\n?", content, flags=re.DOTALL)):
        if number % 2:
            yield f"<pre>{html.escape(part)}</pre>"
        else:
            yield re.sub(
                r"&lt;@(\d+)&gt;",
                lambda match: f'<span class="mention">@{names[int(match[1])]}</span>',
                plain_html(part),
            )


def plain_html(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def draw(browser: str, page: Path, target: Path) -> None:
    """Draw the page as a PNG, as high as it is, with nothing around it."""
    command = [browser, "--headless", "--hide-scrollbars", "--force-device-scale-factor=2"]
    if os.name == "posix" and os.geteuid() == 0:
        command.append("--no-sandbox")
    done = subprocess.run([*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, check=True)
    height = re.search(r'data-height="(\d+)"', done.stdout)
    assert height is not None
    subprocess.run(
        [
            *command,
            f"--window-size={WIDTH},{height[1]}",
            "--default-background-color=00000000",
            f"--screenshot={target.resolve()}",
            page.as_uri(),
        ],
        capture_output=True,
        check=True,
    )
    # Few colours, because there are few: less than half of the size.
    Image.open(target).quantize(96, method=Image.Quantize.FASTOCTREE).save(target, optimize=True)
    print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
