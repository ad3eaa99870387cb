"""The server itself: what the client sends, when something is linted, what is sent back. See `commands.server`.

One thread does all the work, one thing after the other; the loop that talks to the client never waits for it. Of
several changes in a row the last one is linted, and a lint that a change has overtaken ends between two handlers.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from handlerlint import __version__
from handlerlint.errors import UserError, described
from handlerlint.server import answers
from handlerlint.server.projects import CONFIGURATION, SUFFIXES, Project, Projects
from handlerlint.server.texts import Texts, path_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")
_logger = logging.getLogger(__name__)

#: How long nothing is typed before it is linted.
PAUSE = 0.03
_SLOW = 8  # groups of handlers from which on progress is shown


class Overtaken(Exception):
    """Something has changed while a lint was going on: another one follows."""


class Server(LanguageServer):
    """The state of one session with one client."""

    def __init__(self) -> None:
        super().__init__("handlerlint", __version__)
        self.projects = Projects()
        self.worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="handlerlint")
        self.changes = 0
        self._pending: asyncio.Task[None] | None = None
        self._said: set[str] = set()

    # --- what is open -------------------------------------------------------------------------------------

    def unsaved(self) -> dict[Path, str]:
        """The texts of what is open, by file."""
        found = {}
        for uri, document in self.workspace.text_documents.items():
            path = path_of(uri)
            if path is not None and path.suffix in SUFFIXES:
                found[path] = document.source
        return found

    def texts(self) -> Texts:
        """The texts of files as the client sees them now."""
        return Texts(self.workspace.position_codec, self.unsaved())

    def project_at(self, uri: str) -> tuple[Project, Path] | None:
        """The project of a document; None for what is none of our concern, or a wrong configuration."""
        path = path_of(uri)
        if path is None or path.suffix not in SUFFIXES:
            return None
        try:
            return self.projects.project_of(path), path
        except UserError as error:
            self._say(str(error))
            return None

    def _say(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            self.window_show_message(
                types.ShowMessageParams(types.MessageType.Warning, f"handlerlint: {message}")
            )

    async def ask(self, question: Callable[[], _Result]) -> _Result:
        """What the worker answers when it has come so far."""
        return await asyncio.get_running_loop().run_in_executor(self.worker, question)

    async def answer(
        self, uri: str, question: Callable[[Project, Path, Texts], _Result], nothing: _Result
    ) -> _Result:
        """What the worker answers to a question about a file; `nothing` for a file of no project."""
        found = self.project_at(uri)
        if found is None:
            return nothing
        texts = self.texts()
        return await self.ask(lambda: question(*found, texts))

    # --- linting ------------------------------------------------------------------------------------------

    def changed(self, pause: float = PAUSE) -> None:
        """Something has changed: lint when nothing more does for a moment."""
        self.changes += 1
        if self._pending is not None:
            self._pending.cancel()
        self._pending = asyncio.get_running_loop().create_task(self._lint_soon(pause, self.changes))

    async def _lint_soon(self, pause: float, change: int) -> None:
        """Lint the projects of what is open, if nothing changes for as long as `pause`, and send what was found."""
        await asyncio.sleep(pause)
        self._pending = None  # from here on it is overtaken, not cancelled
        unsaved = self.unsaved()
        found_at = (self.project_at(uri) for uri in [*self.workspace.text_documents])
        projects = {id(found[0]): found[0] for found in found_at if found is not None}
        for project in projects.values():
            progress = _Progress(self, project)
            try:
                concerned = await self.ask(partial(self._lint, project, unsaved, change, progress))
            except Overtaken:
                return
            except UserError as error:
                self._say(str(error))
            except Exception as error:
                _logger.exception("a lint has failed")
                self._say(f"internal error: {described(error)}")
            else:
                opened = {path for path in unsaved if self._is_of(path, project)}
                self._publish(project, concerned | opened)
            finally:
                progress.end()

    def _is_of(self, path: Path, project: Project) -> bool:
        """Whether a file belongs to a project: what is open is told of in any case, also that there is nothing."""
        try:
            return self.projects.project_of(path) is project
        except UserError:
            return False

    def _lint(
        self, project: Project, unsaved: dict[Path, str], change: int, progress: _Progress
    ) -> set[Path]:
        def before_group(done: int, total: int) -> None:
            if self.changes != change:
                raise Overtaken
            progress.report(done, total)

        return project.lint(unsaved, before_group)

    def _publish(self, project: Project, concerned: set[Path]) -> None:
        """Send the findings of these files; none where there were some."""
        texts = self.texts()
        for failure in project.failures:
            self._say(f"internal error: {failure}")
        for path in sorted(concerned):
            found = project.findings.get(path, ())
            uri = self._client_uri(path)
            document = self.workspace.text_documents.get(uri)
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(
                    uri,
                    [answers.diagnostic(finding, path, project, texts) for finding in found],
                    None if document is None else document.version,
                )
            )

    def _client_uri(self, path: Path) -> str:
        """The URI that the client itself has for a file, if it is open: there are several ways to write one."""
        return next((uri for uri in self.workspace.text_documents if path_of(uri) == path), uri_of(path))

    def reload(self) -> None:
        """The configuration has changed: take back what was said, and begin anew."""
        for project in self.projects.forget():
            concerned = set(project.findings)
            project.findings = {}
            self._publish(project, concerned)
        self._said.clear()
        self.changed()


class _Progress:
    """The progress of one lint, shown where the client can and there is much to do."""

    def __init__(self, server: Server, project: Project) -> None:
        self._server = server
        self._token: str | None = None
        window = server.client_capabilities.window
        self._can = window is not None and bool(window.work_done_progress) and not project.is_linted
        self._loop = asyncio.get_running_loop()

    def report(self, done: int, total: int) -> None:
        """Called by the worker before each group."""
        if self._can and total >= _SLOW:
            self._loop.call_soon_threadsafe(self._show, done, total)

    def _show(self, done: int, total: int) -> None:
        progress = self._server.work_done_progress
        message, percentage = f"{done} of {total} handlers", 100 * done // total
        if self._token is None:
            token = self._token = str(uuid.uuid4())
            begin = types.WorkDoneProgressBegin("handlerlint", message=message, percentage=percentage)
            progress.create(token, lambda *_: progress.begin(token, begin) if self._token else None)
        elif self._token in progress.tokens:
            progress.report(self._token, types.WorkDoneProgressReport(message=message, percentage=percentage))

    def end(self) -> None:
        """The lint is over."""
        token, self._token = self._token, None
        if token is not None and token in self._server.work_done_progress.tokens:
            self._server.work_done_progress.end(token, types.WorkDoneProgressEnd())


def made() -> Server:
    """A server with all that it does."""
    server = Server()
    _register_changes(server)
    _register_questions(server)
    _register_commands(server)
    return server


def _register_changes(server: Server) -> None:
    """What the client tells of: files that are opened, changed, saved, closed, or changed by others."""

    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        _watch_files(server)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.changed(0)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.changed()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        if params.text_document.uri.endswith(CONFIGURATION):
            server.reload()
        else:
            server.changed(0)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.changed(0)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def changed_by_others(params: types.DidChangeWatchedFilesParams) -> None:
        if any(change.uri.endswith(CONFIGURATION) for change in params.changes):
            server.reload()
        else:
            server.changed()


def _watch_files(server: Server) -> None:
    """Ask the client to tell of files that change on the disk, if it can."""
    workspace = server.client_capabilities.workspace
    watching = None if workspace is None else workspace.did_change_watched_files
    if watching is None or not watching.dynamic_registration:
        return
    pattern = f"**/*.{{{','.join(suffix[1:] for suffix in SUFFIXES)}}}"
    options = types.DidChangeWatchedFilesRegistrationOptions([types.FileSystemWatcher(pattern)])
    registration = types.Registration("files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    server.client_register_capability(types.RegistrationParams([registration]))


def _register_questions(server: Server) -> None:
    """What the client asks."""

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, answers.FIX_ALL]),
    )
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return await server.answer(
            params.text_document.uri,
            lambda project, path, texts: list(
                answers.actions(project, path, params.range, params.context.only, texts)
            ),
            [],
        )

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        return await server.answer(
            params.text_document.uri,
            lambda project, path, texts: answers.hover(
                project, path, texts.location(path, params.position), texts
            ),
            None,
        )

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.Location]:
        return await server.answer(
            params.text_document.uri,
            lambda project, path, texts: answers.definitions(
                project, path, texts.location(path, params.position), texts
            ),
            [],
        )

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location]:
        return await server.answer(
            params.text_document.uri,
            lambda project, path, texts: answers.references(
                project, path, texts.location(path, params.position), texts
            ),
            [],
        )

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        return await server.answer(
            params.text_document.uri,
            lambda project, path, texts: list(answers.lenses(project, path, texts)),
            [],
        )


def _register_commands(server: Server) -> None:
    """What a lens does: run a function with an event, in a process of its own, and show what comes of it."""

    @server.command(answers.INVOKE)
    async def invoke(root: str, function: str, event: str) -> None:
        """Run one event, and show what `handlerlint invoke` prints."""
        command = [
            sys.executable,
            "-m",
            "handlerlint",
            "invoke",
            "--function",
            function,
            "--event",
            event,
            "--verbose",
        ]
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=root,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        text = output.decode("utf-8", "replace").strip()
        server.window_log_message(types.LogMessageParams(types.MessageType.Info, text))
        level = types.MessageType.Info if process.returncode == 0 else types.MessageType.Error
        server.window_show_message(types.ShowMessageParams(level, text[-1500:]))
