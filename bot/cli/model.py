"""`ovbot model …`: get a model, list and show those that are there."""

from __future__ import annotations

import sys
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.options import settings_with
from bot.cli.progress_bar import progress_bars
from bot.signals import interruptible

if TYPE_CHECKING:
    from bot.engine.model_folder import ModelFolder
    from bot.settings import Settings

app = typer.Typer(help="Export, download, import, list and show models.", no_args_is_help=True)

Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", help="Folder to make; under ./model by default.", metavar="DIR"),
]
Force = Annotated[bool, typer.Option("--force", help="Replace the model that is in that folder.")]
WeightFormat = Literal["fp32", "fp16", "int8", "int4", "mxfp4", "nf4", "cb4"]
GroupSize = Annotated[
    int, typer.Option(help="Weights that share a scale, in 4-bit formats; -1 for a whole channel.", min=-1)
]
Ratio = Annotated[
    float | None,
    typer.Option(help="Share of the weights in 4 bits, the rest in 8.", show_default="0.6", min=0, max=1),
]
Preset = Annotated[
    Literal["fast"] | None, typer.Option(help="fast is --ratio 1.0: quicker, smaller, a little less exact.")
]
TrustRemoteCode = Annotated[
    bool,
    typer.Option(
        "--trust-remote-code",
        help="Run Python code that comes with the model, on this machine and with your rights. "
        "Some models need it, Phi-3 does not. Only for repositories whose code you have read.",
    ),
]


@app.command("export")
@interruptible()
def export_model(
    model: Annotated[
        str,
        typer.Argument(metavar="ID", help="Model id on the Hugging Face Hub, or a checkpoint's folder."),
    ] = "microsoft/Phi-3-mini-4k-instruct",
    output: Output = None,
    task: Annotated[
        str | None, typer.Option(help="optimum's name of the task.", show_default="by the model's type")
    ] = None,
    weight_format: WeightFormat = "int4",
    group_size: GroupSize = 128,
    ratio: Ratio = None,
    sym: Annotated[bool, typer.Option("--sym/--no-sym", help="4 bits without or with zero points.")] = True,
    preset: Preset = None,
    trust_remote_code: TrustRemoteCode = False,
    isolated: Annotated[
        bool | None,
        typer.Option(
            "--isolated/--no-isolated",
            help="Export in an environment of its own, with the versions of optimum-intel and transformers "
            "that the model's type needs; it is installed once, 1.6 GB.",
            show_default="where the bot's own versions cannot export it",
        ),
    ] = None,
    force: Force = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show all that optimum prints.")] = False,
) -> None:
    """Convert a model to OpenVINO with 4-bit weights, by optimum. Needs the extra `optimum`, or --isolated.

    The folder is complete at the end, or is not made. Phi-3-mini: a download of 7.6 GB, about 12 GB more
    of disk during the export, some minutes.
    """
    from bot.model.export import DEFAULT_RATIO, FAST_RATIO, ExportOptions, default_folder, export

    if preset and ratio is not None:
        raise typer.BadParameter("it sets --ratio: give one of them", param_hint="--preset")
    options = ExportOptions(
        model=model,
        task=task,
        weight_format=weight_format,
        group_size=group_size,
        ratio=FAST_RATIO if preset else DEFAULT_RATIO if ratio is None else ratio,
        sym=sym,
        trust_remote_code=trust_remote_code,
    )
    target = output or default_folder(options)
    with progress_bars() as report:
        made = export(options, target, report, isolated=isolated, say=_say, force=force, verbose=verbose)
    if made is None:
        typer.echo(f"{target} is ready: a model of text and images.")
        _print_use(target)
    else:
        _print_made(made, target)


@app.command("pull")
@interruptible()
def pull_model(
    model: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A name that `list --available` shows, or an id on the Hugging Face Hub."
        ),
    ] = "OpenVINO/Phi-3-mini-4k-instruct-int4-ov",
    output: Output = None,
    revision: Annotated[
        str | None,
        typer.Option(help="Commit or branch; by default the catalogue's, else the newest.", metavar="REV"),
    ] = None,
    ignore_memory: Annotated[
        bool, typer.Option("--ignore-memory", help="Download it even if this machine has too little memory.")
    ] = False,
    force: Force = False,
) -> None:
    """Download a model that is ready for OpenVINO. An interrupted download resumes where it stopped.

    Memory and disk are checked first. Models for speech, embeddings and reranking can be downloaded too.
    """
    from bot.model.pull import default_folder, plan_pull, pull, this_machine

    target = output or default_folder(model)
    plan = plan_pull(
        model,
        target,
        this_machine(target),
        force=force,
        revision=revision,
        device=_settings({"device"}).device,
        ignore_memory=ignore_memory,
    )
    for line in plan.advice():
        typer.echo(line, err=True)
    with progress_bars() as report:
        made = pull(plan, report, force=force)
    if made is None:
        typer.echo(f"{target} is ready: a {plan.kind} model.")
        if plan.kind == "vision":
            _print_use(target)
    else:
        _print_made(made, target)


@app.command("import")
@interruptible()
def import_model(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A GGUF file of a whole model.")],
    output: Output = None,
    force: Force = False,
) -> None:
    """Make a model folder of a GGUF file, the format of llama.cpp. The file stays as it is.

    Architectures: llama, qwen2, qwen3. Weights: Q4_0, Q4_1, Q4_K, Q6_K, Q8_0 and F16, thus files named
    Q4_K_M.

    The folder is complete at the end, or is not made.
    """
    from bot.model.import_gguf import default_folder, import_gguf

    target = output or default_folder(file)
    with progress_bars() as report:
        made = import_gguf(file, target, report, force=force)
    _print_made(made, target)


@app.command("list")
@interruptible()
def list_models(
    available: Annotated[
        bool, typer.Option("--available", help="List the models that `pull` can download instead.")
    ] = False,
) -> None:
    """List the models under ./model, that of MODEL_DIR, and the demo model. A star marks the one in use."""
    if available:
        from bot.cli.available_models import print_available_models

        print_available_models(_settings({"device"}).device)
    else:
        _print_local_models()


def _print_local_models() -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from bot.engine.model_folder import read_model_folder
    from bot.errors import ModelError
    from bot.model.disk import gigabytes
    from bot.model.local_models import DEMO_FOLDER, find_models

    used = _settings({"model_dir"}).model_dir or DEMO_FOLDER
    table = Table(box=box.SIMPLE)
    for column in ("", "folder", "architecture", "precision", "size", "context", "window"):
        table.add_column(column, overflow="fold")
    problems = []
    for folder in dict.fromkeys([*find_models(), used, DEMO_FOLDER]):
        mark = "*" if folder.resolve() == used.resolve() else ""
        try:
            found = read_model_folder(folder)
        except ModelError as error:
            problems.append(str(error))
            continue
        window = str(found.sliding_window or "-")
        size = gigabytes(found.size)
        name = f"{folder} (demo)" if found.is_demo else str(folder)
        table.add_row(
            mark, name, found.architecture, found.precision, size, str(found.context_length), window
        )
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    for problem in problems:
        typer.echo(problem, err=True)


@app.command("show")
@interruptible()
def show_model(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="A model folder; the one in use by default.")
    ] = None,
) -> None:
    """Show what a model is: architecture, size, precision, context, sight, sampling, chat template."""
    from bot.app import make_sampling
    from bot.client.words.status import sampling
    from bot.engine.chat_template import find_template
    from bot.engine.model_folder import read_model_folder
    from bot.engine.tokenizer import load_tokenizer
    from bot.model.disk import gigabytes
    from bot.model.local_models import DEMO_FOLDER
    from bot.settings import LIMITING, SAMPLING

    settings = _settings({"model_dir", *LIMITING, *SAMPLING})
    found = read_model_folder(folder or settings.model_dir or DEMO_FOLDER)
    tokenizer = load_tokenizer(found.path)
    facts = {
        "model": found.name,
        "folder": found.path,
        "architecture": found.architecture,
        "precision": found.precision,
        "size": gigabytes(found.size),
        "context length": f"{found.context_length} tokens",
        "sliding window": f"{found.sliding_window} tokens" if found.sliding_window else "none",
        "prompt + reply": _limit(settings, found),
        "sees pictures": "yes" if found.is_vision else "no",
        "ends a reply": ", ".join(tokenizer.end_texts(found.eos_ids)),
        "reasoning": tokenizer.reasoning_form,
        "sampling": sampling(make_sampling(settings, found.sampling), found.sampling),
        "chat template": find_template(found.path).strip().replace("\n", "\n" + " " * 16),
    }
    for name, value in facts.items():
        typer.echo(f"{name:<15} {value}")


def _limit(settings: Settings, found: ModelFolder) -> str:
    """How many tokens prompt and reply may have together, and why, with the memory that is free now."""
    from bot.client.words.status import within
    from bot.engine.limits import expected_limit
    from bot.errors import OvbotError

    try:
        return within(*expected_limit(settings, found))
    except OvbotError as error:
        return f"unknown: {error}"


def _say(line: str) -> None:
    typer.echo(line, err=True)


def _model_dir() -> Path | None:
    """MODEL_DIR, whatever else is set."""
    return _settings({"model_dir"}).model_dir


def _settings(used: AbstractSet[str]) -> Settings:
    """The settings, whatever is set for others than `used`."""
    from bot.settings import Settings

    return settings_with(unused=Settings.model_fields.keys() - used)


def _print_made(made: ModelFolder, target: Path) -> None:
    from bot.model.disk import gigabytes

    typer.echo(f"{target} is ready: {made.architecture}, {made.precision}, {gigabytes(made.size)}.")
    _print_use(target)


def _print_use(target: Path) -> None:
    from bot.settings import ENV_FILE

    typer.echo(
        f"Use it: MODEL_DIR={target} in {ENV_FILE.absolute()}. Try it: ovbot chat --model-dir {target}"
    )
