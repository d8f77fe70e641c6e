"""Which model answers: the one of the settings, or the one that was chosen while the bot ran."""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.chat.assistant import Assistant, LoadedModel
from bot.chat.engine_state import EngineState
from bot.chat.model_change import AvailableModel, ChangePhase, ModelChange
from bot.client.words import status
from bot.engine.genai.kv_pool import GIB, kv_token_bytes, read_memory, weight_bytes
from bot.engine.model_folder import is_vision
from bot.errors import ModelError, OvbotError, StoreError
from bot.model.catalogue import KV_TOKENS, Fit, MemoryNeed, memory_fit, memory_need
from bot.model.local_models import DEMO_FOLDER, ROOT, find_models
from bot.settings import EngineKind, Settings
from bot.store import SqlStore

logger = logging.getLogger(__name__)

_DEMO = "demo"
# The name under which the choice is stored.
_CHOICE = "model"
# How long the end of the bot waits before it asks a change again to end.
_END_SECONDS = 1.0


OpenModel = Callable[[Settings], AbstractAsyncContextManager[LoadedModel]]


@dataclass(frozen=True, slots=True)
class _Folder:
    """A model folder. name: how people call it. sees: whether the model sees pictures."""

    name: str
    path: Path
    sees: bool


@dataclass(frozen=True, slots=True)
class _Running:
    """A model that is loaded, and what unloads it."""

    folder: _Folder
    model: LoadedModel
    opened: AsyncExitStack


class ModelSwitch:
    """Owns the model that answers, and has another take its place: `bot.client.services.Models`.

        switch = ModelSwitch(settings, store, open_model)
        async with switch.running() as model, assistant_for(model) as assistant, switch.serving(assistant):
            ...

    What was chosen is stored, with the MODEL_DIR that it replaces: it holds for later runs until MODEL_DIR
    is set to something else.

    store: open. open_model: loads the model that its settings name, for as long as its block lasts.
    """

    def __init__(self, settings: Settings, store: SqlStore, open_model: OpenModel) -> None:
        self._settings = settings
        self._store = store
        self._open_model = open_model
        self._own = _folder(settings.model_dir)
        self._folder = self._own
        self._next: _Folder | None = None
        self._running: _Running | None = None
        self._assistant: Assistant | None = None
        self._change: ModelChange | None = None
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[LoadedModel]:
        """The model of the start, loaded. At the end, whichever has taken its place is unloaded.

        Raises: OvbotError where the model of the settings cannot be loaded.
        """
        try:
            self._running = await self._open_first()
            yield self._running.model
        finally:
            await self._unload()

    @asynccontextmanager
    async def serving(self, assistant: Assistant) -> AsyncIterator[None]:
        """Inside, the model can be changed. assistant: answers with the model that runs."""
        self._assistant = assistant
        try:
            yield
        finally:
            self._assistant = None
            while self._task is not None and not self._task.done():
                # Again and again: what is being closed may take one cancellation for its own.
                self._task.cancel()
                await asyncio.wait([self._task], timeout=_END_SECONDS)

    def sees(self) -> bool:
        """Whether the model that answers sees pictures, or one that is about to take its place. Pictures that
        the one that answers in the end cannot see are left out of its prompts.
        """
        return self._folder.sees or (self._next is not None and self._next.sees)

    async def available(self) -> list[AvailableModel]:
        """The models on this machine, those that fit first. Raises: ModelError where they cannot be read."""
        return await asyncio.to_thread(self._list)

    async def use(self, name: str) -> ModelChange:
        """Begin to have another model answer. Raises: OvbotError where that is not possible."""
        folders = await asyncio.to_thread(self._folders)
        wanted = name.strip().casefold()
        folder = next((folder for folder in folders if folder.name.casefold() == wanted), None)
        if folder is None:
            raise OvbotError(status.NO_SUCH_MODEL, name=status.code(name))
        # Nothing is awaited from here on: there is one change at a time.
        if self._assistant is None:
            raise OvbotError(status.NOT_LOADED)
        if self._change is not None and not self._change.ended.done():
            raise OvbotError(status.CHANGING_ALREADY, name=status.code(self._change.name))
        if folder.path.resolve() == self._folder.path.resolve() and self._answers():
            raise OvbotError(status.ANSWERS_ALREADY, name=status.code(folder.name))
        self._change = change = ModelChange(folder.name, self._folder.name)
        self._next = folder
        self._task = asyncio.create_task(self._run(change, folder, self._assistant), name="model change")
        return change

    def _answers(self) -> bool:
        gone = self._assistant is None or self._assistant.state.now is EngineState.FAILED
        return self._running is not None and not gone

    async def _run(self, change: ModelChange, folder: _Folder, assistant: Assistant) -> None:
        """Change the model, and say in `change` how that ended."""
        logger.info("Changing the model from %s to %s", change.earlier, change.name)
        try:
            await self._replace(change, folder, assistant)
            await self._keep_choice(folder)
        except asyncio.CancelledError:
            change.ended.cancel()
            raise
        except Exception as error:
            known = isinstance(error, OvbotError)
            logger.warning("%s is not used: %s", folder.name, error, exc_info=not known)
            change.ended.set_exception(error if known else OvbotError(status.CHANGE_FAILED))
            change.ended.exception()  # that nobody waits for it any more is not an error of its own
        else:
            logger.info(
                "Changed the model from %s to %s in %.1f s", change.earlier, change.name, change.seconds
            )
            change.ended.set_result(None)
        finally:
            self._next = None

    async def _replace(self, change: ModelChange, folder: _Folder, assistant: Assistant) -> None:
        settings = await asyncio.to_thread(self._settings_for, folder)
        old = self._running
        if old is not None and await asyncio.to_thread(self._fits_beside, folder):
            new = await self._open(folder, settings)
            change.phase = ChangePhase.REPLIES
            try:
                async with assistant.paused():
                    self._take_over(new, assistant)
            finally:
                await _close(old if self._running is new else new)
            return
        change.phase = ChangePhase.REPLIES
        async with assistant.paused():
            change.phase = ChangePhase.LOADING
            assistant.engine_gone(EngineState.LOADING)
            await self._unload()
            try:
                self._take_over(await self._open(folder, settings), assistant)
            except Exception as error:
                change.phase = ChangePhase.RESTORING
                await self._restore(change, assistant, error)
                raise

    async def _restore(self, change: ModelChange, assistant: Assistant, error: Exception) -> None:
        """Load the earlier model again. error: why the new one could not be loaded."""
        logger.warning("Loading %s again, since the new model cannot be loaded", self._folder.name)
        try:
            settings = await asyncio.to_thread(self._settings_for, self._folder)
            self._take_over(await self._open(self._folder, settings), assistant)
        except Exception as second:
            change.restored = False
            assistant.engine_gone(EngineState.FAILED)
            known = isinstance(second, OvbotError)
            logger.error("%s cannot be loaded again: %s", self._folder.name, second, exc_info=not known)
            raise OvbotError(
                status.NO_MODEL_LEFT, reason=error, name=status.code(self._folder.name), again=second
            ) from second

    def _take_over(self, new: _Running, assistant: Assistant) -> None:
        self._running, self._folder = new, new.folder
        assistant.use(new.model)

    async def _open(self, folder: _Folder, settings: Settings) -> _Running:
        opened = AsyncExitStack()
        return _Running(folder, await opened.enter_async_context(self._open_model(settings)), opened)

    async def _unload(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            await _close(running)

    async def _open_first(self) -> _Running:
        """The model that was chosen in an earlier run, if that still holds, else the one of the settings."""
        chosen = await self._stored_choice()
        if chosen is not None:
            self._folder = chosen
            try:
                settings = await asyncio.to_thread(self._settings_for, chosen)
                return await self._open(chosen, settings)
            except OvbotError as error:
                logger.warning(
                    "%s, which was chosen by /model use, cannot be loaded, so MODEL_DIR holds: %s",
                    chosen.path,
                    error,
                )
            self._folder = self._own
        return await self._open(self._own, self._settings)

    async def _stored_choice(self) -> _Folder | None:
        """The model that was chosen in an earlier run, if it is there and MODEL_DIR is as it was then."""
        text = await self._store.setting(_CHOICE)
        if text is None:
            return None
        try:
            choice = json.loads(text)
            path = Path(choice["model_dir"]) if choice["model_dir"] else DEMO_FOLDER
            replaces = choice["replaces"]
        except (ValueError, TypeError, KeyError):
            logger.warning("What was chosen by /model use cannot be read in the database, so MODEL_DIR holds")
            await self._store.set_setting(_CHOICE, None)
            return None
        if replaces != str(self._settings.model_dir or ""):
            logger.info("MODEL_DIR was changed since %s was chosen by /model use, and holds instead", path)
            await self._store.set_setting(_CHOICE, None)
            return None
        if not path.is_dir():
            logger.warning("%s, which was chosen by /model use, is gone, so MODEL_DIR holds", path)
            return None
        logger.info("%s was chosen by /model use, in place of MODEL_DIR", path)
        return _folder(None if path == DEMO_FOLDER else path)

    async def _keep_choice(self, folder: _Folder) -> None:
        """Store a choice for later runs. MODEL_DIR's own model is none."""
        choice = None
        if folder.path.resolve() != self._own.path.resolve():
            path = "" if folder.path == DEMO_FOLDER else str(folder.path)
            choice = json.dumps({"model_dir": path, "replaces": str(self._settings.model_dir or "")})
        try:
            await self._store.set_setting(_CHOICE, choice)
        except StoreError:
            logger.warning("%s answers until the bot stops: the choice could not be stored", folder.name)

    def _settings_for(self, folder: _Folder) -> Settings:
        """The settings to load a model with. Raises: ModelError."""
        draft = self._settings.draft_model_dir
        other = folder.path.resolve() != self._own.path.resolve()
        # With models that see pictures it has no effect.
        if draft is not None and other and not folder.sees and self._settings.engine is EngineKind.GENAI:
            from bot.engine.genai.engine import same_vocabulary  # OpenVINO takes a while to import

            if not same_vocabulary(folder.path, draft):
                logger.info(
                    "%s runs without DRAFT_MODEL_DIR=%s, which has another vocabulary", folder.name, draft
                )
                draft = None
        model_dir = None if folder.path == DEMO_FOLDER else folder.path
        return self._settings.model_copy(update={"model_dir": model_dir, "draft_model_dir": draft})

    def _folders(self) -> list[_Folder]:
        """MODEL_DIR's own model, those below ./model, and the demo model; each once, under a name of its own.

        Raises: ModelError where a folder cannot be read.
        """
        own = [self._settings.model_dir] if self._settings.model_dir is not None else []
        folders: dict[Path, _Folder] = {}
        names: set[str] = set()
        try:
            found = find_models()
        except OSError as error:
            raise ModelError(
                f"{error.filename or ROOT} cannot be read ({error.strerror}): check its permissions."
            ) from None
        for path in [None, *found, *own]:
            folder = _folder(path)
            real = folder.path.resolve()
            if real in folders:
                continue
            if folder.name.casefold() in names:
                folder = replace(folder, name=str(path))
            names.add(folder.name.casefold())
            folders[real] = folder
        return list(folders.values())

    def _list(self) -> list[AvailableModel]:
        memory, running = read_memory(), self._folder.path.resolve()
        found = [
            AvailableModel(
                folder.name,
                weight_bytes(folder.path),
                memory_fit(self._need(folder), memory) is not Fit.NO_MEMORY,
                answers=folder.path.resolve() == running,
            )
            for folder in self._folders()
        ]
        return sorted(found, key=lambda model: (not model.fits, model.name.casefold()))

    def _need(self, folder: _Folder) -> MemoryNeed:
        """What a model takes of memory, estimated. Without KV_CACHE_GIB, the KV cache is half of what is left
        beside the weights: for a conversation of usual length there has to be twice as much."""
        need = memory_need(weight_bytes(folder.path), "text")
        if self._settings.kv_cache_gib is not None:
            cache = int(self._settings.kv_cache_gib * GIB)
        else:
            cache = 0
            with suppress(ModelError):  # loading it will say so
                cache = 2 * KV_TOKENS * kv_token_bytes(folder.path, self._settings.kv_precision)
        return MemoryNeed(need.load, need.run + cache)

    def _fits_beside(self, folder: _Folder) -> bool:
        """Whether a model can be loaded while another runs: into what is free now, by `_need`. Nothing is
        known of a GPU's own memory."""
        return self._settings.device == "CPU" and memory_fit(self._need(folder), read_memory()) is Fit.FITS


async def _close(running: _Running) -> None:
    """Unload a model. A caller that is cancelled meanwhile goes on waiting, some seconds at most: the model's
    process must not be left behind."""
    closing = asyncio.create_task(running.opened.aclose(), name="unloading")
    try:
        await asyncio.shield(closing)
    except asyncio.CancelledError:
        await asyncio.wait([closing])
        raise


def _folder(path: Path | None) -> _Folder:
    """A model's folder; None is the demo model's."""
    folder = path or DEMO_FOLDER
    return _Folder(_name(path), folder, is_vision(folder))


def _name(path: Path | None) -> str:
    """How a model is called: by its path below ./model, else by the last two parts of its path; None is the
    demo model."""
    if path is None:
        return _DEMO
    # Not resolved: a link below ./model goes by its own name.
    whole, root = Path(os.path.abspath(path)), ROOT.absolute()
    if whole != root and whole.is_relative_to(root):
        return whole.relative_to(root).as_posix()
    return "/".join(whole.parts[-2:])
