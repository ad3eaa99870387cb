"""The language server as a real client sees it: started as a process, spoken to over its streams."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

EXAMPLES = Path(__file__).parents[2] / "examples"
TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: src/
      Handler: app.handler
      Events:
        Queue:
          Type: SQS
          Properties:
            Queue: arn:aws:sqs:eu-west-1:123456789012:orders
            FunctionResponseTypes: [ReportBatchItemFailures]
"""
GOOD = '"""Orders: \N{GRINNING FACE}."""\n\n\ndef handler(event, context):\n    return {"\N{GRINNING FACE}": 1}\n'
BAD = GOOD.replace(": 1}", ": {1}}")


def editor_client() -> LanguageClient:
    """A client that can be asked to watch files: the tests say themselves what has changed."""
    client = make_test_lsp_client()

    @client.feature(types.CLIENT_REGISTER_CAPABILITY)
    def register(params: types.RegistrationParams) -> None:
        client.watched = [one.method for one in params.registrations]  # type: ignore[attr-defined]

    return client


COMMAND = [sys.executable, "-m", "handlerlint", "server"]


@pytest_lsp.fixture(config=ClientServerConfig(server_command=COMMAND, client_factory=editor_client))
async def client(lsp_client: LanguageClient, project: Path) -> AsyncIterator[None]:
    capabilities = client_capabilities("visual-studio-code")
    parameters = types.InitializeParams(
        capabilities=capabilities,
        workspace_folders=[types.WorkspaceFolder(project.as_uri(), "project")],
        root_uri=project.as_uri(),
    )
    await lsp_client.initialize_session(parameters)
    yield
    await lsp_client.shutdown_session()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "src" / "app.py").write_text(GOOD, "utf-8")
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "order.json").write_text('{"Records": []}')
    return tmp_path


class Editor:
    """What a user does: opens, types, saves."""

    def __init__(self, client: LanguageClient) -> None:
        self.client = client
        self.versions: dict[Path, int] = {}

    def open(self, path: Path, text: str | None = None) -> None:
        self.versions[path] = 1
        text = path.read_text("utf-8") if text is None else text
        language = "python" if path.suffix == ".py" else "yaml"
        document = types.TextDocumentItem(path.as_uri(), language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(document))

    def type(self, path: Path, text: str) -> None:
        self.versions[path] += 1
        document = types.VersionedTextDocumentIdentifier(self.versions[path], path.as_uri())
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def save(self, path: Path) -> None:
        document = types.TextDocumentIdentifier(path.as_uri())
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(document))

    async def codes(self, path: Path, wanted: list[str]) -> list[types.Diagnostic]:
        """The findings of a file, when they are those that are wanted."""
        for _ in range(600):
            found = list(self.client.diagnostics.get(path.as_uri(), ()))
            if [one.code for one in found] == wanted and path.as_uri() in self.client.diagnostics:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{path.name}: {found} and not {wanted}; {self.client.messages}")

    async def actions(self, path: Path, place: types.Range, *kinds: str) -> list[types.CodeAction]:
        context = types.CodeActionContext([], list(kinds) or None)
        parameters = types.CodeActionParams(types.TextDocumentIdentifier(path.as_uri()), place, context)
        found = await self.client.text_document_code_action_async(parameters)
        return [one for one in found or () if isinstance(one, types.CodeAction)]


def at(path: Path, line: int, character: int) -> types.TextDocumentPositionParams:
    return types.TextDocumentPositionParams(
        types.TextDocumentIdentifier(path.as_uri()), types.Position(line, character)
    )


def applied(text: str, edits: list[types.TextEdit]) -> str:
    """As a client applies edits, whose columns are in UTF-16."""
    lines = text.split("\n")

    def offset(place: types.Position) -> int:
        units = lines[place.line].encode("utf-16-le") if place.line < len(lines) else b""
        before = sum(len(line) + 1 for line in lines[: place.line])
        return before + len(units[: 2 * place.character].decode("utf-16-le"))

    for edit in sorted(edits, key=lambda one: offset(one.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


@pytest.mark.asyncio
async def test_findings_come_while_one_types(client: LanguageClient, project: Path) -> None:
    editor, app = Editor(client), project / "src" / "app.py"
    editor.open(app)
    editor.type(app, GOOD)
    editor.type(app, BAD)
    (found,) = await editor.codes(app, ["HL301"])
    assert found.range == types.Range(types.Position(4, 18), types.Position(4, 21)), "in UTF-16"
    assert "in Lambda: Runtime.MarshalError" in found.message and found.source == "handlerlint"
    assert found.code_description is not None and found.code_description.href.endswith(
        "unserializable-return-value/"
    )
    assert [one.message for one in found.related_information or ()] == ["returned here"]
    editor.type(app, GOOD)
    await editor.codes(app, [])
    assert app.read_text("utf-8") == GOOD


@pytest.mark.asyncio
async def test_templates_and_handlers_belong_together(client: LanguageClient, project: Path) -> None:
    editor, app, template = Editor(client), project / "src" / "app.py", project / "template.yaml"
    editor.open(template, TEMPLATE.replace("app.handler", "app.handle"))
    (found,) = await editor.codes(template, ["HL103"])
    assert found.range.start == types.Position(7, 15)
    editor.open(app)
    editor.type(app, GOOD.replace("def handler", "def handle"))
    await editor.codes(template, [])
    editor.type(template, TEMPLATE + "  Broken: [")
    await editor.codes(template, ["HL002"])


@pytest.mark.asyncio
async def test_a_new_file_that_is_not_saved_counts(client: LanguageClient, project: Path) -> None:
    editor, template = Editor(client), project / "template.yaml"
    template.write_text(TEMPLATE.replace("app.handler", "more.handler"))
    editor.open(template)
    await editor.codes(template, ["HL102"])
    editor.open(project / "src" / "more.py", GOOD)
    await editor.codes(template, [])


@pytest.mark.asyncio
async def test_files_that_change_under_it(client: LanguageClient, project: Path) -> None:
    editor, app, shared = Editor(client), project / "src" / "app.py", project / "src" / "shared.py"
    shared.write_text("import json\n\n\ndef text(value):\n    return json.dumps(value)\n")
    app.write_text("from shared import text\n\n\ndef handler(event, context):\n    return text([1])\n")
    editor.open(app)
    await editor.codes(app, [])
    app.write_text("from shared import text\n\n\ndef handler(event, context):\n    return text({1})\n")
    editor.type(app, app.read_text())
    editor.save(app)
    (found,) = await editor.codes(app, ["HL311"])
    assert found.message.splitlines()[0].endswith("(in src/shared.py, line 5)")
    assert found.range.start == types.Position(4, 11), "at the call in the handler"
    await editor.codes(shared, ["HL311"])
    shared.write_text("def text(value):\n    return str(value)\n")
    changes = [types.FileEvent(shared.as_uri(), types.FileChangeType.Changed)]
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(changes))
    await editor.codes(shared, [])
    await editor.codes(app, [])


@pytest.mark.asyncio
async def test_fixes_and_comments_are_offered(client: LanguageClient, project: Path) -> None:
    editor, app = Editor(client), project / "src" / "app.py"
    editor.open(app, BAD)
    (found,) = await editor.codes(app, ["HL301"])
    fix, silence = await editor.actions(app, found.range, types.CodeActionKind.QuickFix)
    assert (fix.title, fix.is_preferred) == ("handlerlint: write `sorted(...)`", True)
    assert fix.edit is not None and fix.edit.changes is not None
    assert applied(BAD, list(fix.edit.changes[app.as_uri()])) == BAD.replace("{1}", "sorted({1})")
    assert silence.edit is not None and silence.edit.changes is not None
    silenced = applied(BAD, list(silence.edit.changes[app.as_uri()]))
    assert silenced == BAD.replace("{1}}", "{1}}  # noqa: HL301")
    (everything,) = await editor.actions(
        app, types.Range(types.Position(0, 0), types.Position(0, 0)), "source.fixAll"
    )
    assert everything.edit is not None and everything.edit.changes is not None
    editor.type(app, applied(BAD, list(everything.edit.changes[app.as_uri()])))
    await editor.codes(app, [])


@pytest.mark.asyncio
async def test_a_fix_may_be_one_of_the_template(client: LanguageClient, project: Path) -> None:
    editor, app, template = Editor(client), project / "src" / "app.py", project / "template.yaml"
    setting = "            FunctionResponseTypes: [ReportBatchItemFailures]\n"
    editor.open(template, TEMPLATE.replace(setting, ""))
    editor.open(app, GOOD.replace('"\N{GRINNING FACE}": 1', '"batchItemFailures": [{"itemIdentifier": "1"}]'))
    (found,) = await editor.codes(app, ["HL411"])
    fix, _ = await editor.actions(app, found.range, types.CodeActionKind.QuickFix)
    title = "handlerlint: switch `ReportBatchItemFailures` on in template.yaml (may change the meaning)"
    assert (fix.title, fix.is_preferred) == (title, None)
    assert fix.edit is not None and fix.edit.changes is not None
    (edit,) = fix.edit.changes[template.as_uri()]
    editor.type(template, applied(TEMPLATE.replace(setting, ""), [edit]))
    await editor.codes(app, [])


@pytest.mark.asyncio
async def test_questions_about_handlers(client: LanguageClient, project: Path) -> None:
    editor, app, template = Editor(client), project / "src" / "app.py", project / "template.yaml"
    editor.open(app, BAD)
    editor.open(template)
    await editor.codes(app, ["HL301"])
    there = await client.text_document_definition_async(
        types.DefinitionParams(**vars_of(at(template, 7, 20)))
    )
    assert isinstance(there, list) and isinstance(there[0], types.Location)
    assert (there[0].uri, there[0].range.start) == (app.as_uri(), types.Position(3, 4))
    context = types.ReferenceContext(include_declaration=False)
    back = await client.text_document_references_async(
        types.ReferenceParams(context, **vars_of(at(app, 3, 6)))
    )
    assert [(one.uri, one.range.start) for one in back or ()] == [(template.as_uri(), types.Position(7, 15))]
    for place in (at(app, 3, 6), at(template, 7, 20)):
        told = await client.text_document_hover_async(types.HoverParams(**vars_of(place)))
        assert told is not None and isinstance(told.contents, types.MarkupContent)
        assert "**Orders**" in told.contents.value and "invoked by `sqs`" in told.contents.value
        assert 'may return `{"\N{GRINNING FACE}": set}`' in told.contents.value
        assert "SQS takes an answer with `batchItemFailures` (a list); else Lambda" in told.contents.value
    page = await client.text_document_hover_async(types.HoverParams(**vars_of(at(app, 4, 19))))
    assert page is not None and isinstance(page.contents, types.MarkupContent)
    assert "unserializable-return-value (HL301)" in page.contents.value


def vars_of(place: types.TextDocumentPositionParams) -> dict[str, object]:
    return {"text_document": place.text_document, "position": place.position}


@pytest.mark.asyncio
async def test_a_lens_runs_a_handler_with_an_event(client: LanguageClient, project: Path) -> None:
    editor, app = Editor(client), project / "src" / "app.py"
    editor.open(app, BAD)
    await editor.codes(app, ["HL301"])
    parameters = types.CodeLensParams(types.TextDocumentIdentifier(app.as_uri()))
    told, run = await client.text_document_code_lens_async(parameters) or ()
    assert told.command is not None and run.command is not None
    assert (told.command.title, run.command.title) == ("Lambda: Orders", "run with event order")
    command = types.ExecuteCommandParams(run.command.command, run.command.arguments)
    await client.workspace_execute_command_async(command)
    for _ in range(100):
        if client.messages:
            break
        await asyncio.sleep(0.05)
    assert "Orders" in client.messages[-1].message, "the file on the disk is run, which is right"


@pytest.mark.asyncio
async def test_a_wrong_configuration_is_said_and_read_anew(client: LanguageClient, project: Path) -> None:
    editor, app, own = Editor(client), project / "src" / "app.py", project / "handlerlint.toml"
    own.write_text("selekt = []\n")
    editor.open(app, BAD)
    for _ in range(100):
        if client.messages:
            break
        await asyncio.sleep(0.05)
    assert "unknown key 'selekt'" in client.messages[0].message
    own.write_text('ignore = ["HL301"]\n')
    editor.save(own)
    await asyncio.sleep(0.5)
    own.write_text("")
    editor.save(own)
    await editor.codes(app, ["HL301"])


@pytest.mark.asyncio
async def test_a_long_file_is_followed_through_many_changes(client: LanguageClient, project: Path) -> None:
    editor, app = Editor(client), project / "src" / "app.py"
    step = "def step_{0}(event):\n    value = event.get({0})\n    return [value]\n"
    functions = [step.format(number) for number in range(500)]
    text = "\n\n".join([*functions, BAD])
    assert text.count("\n") > 2_000
    editor.open(app, text)
    await editor.codes(app, ["HL301"])
    for number in range(30):
        editor.type(app, f"# {'x' * number}\n" * number + text)
    (found,) = await editor.codes(app, ["HL301"])
    while found.range.start.line != text.count("\n") - 1 + 29:
        await asyncio.sleep(0.05)
        (found,) = await editor.codes(app, ["HL301"])


@pytest.mark.asyncio
async def test_the_examples(client: LanguageClient, project: Path) -> None:
    folder = project / "examples"
    shutil.copytree(EXAMPLES, folder)
    (folder / "handlerlint.toml").write_text("")
    editor = Editor(client)
    editor.open(folder / "template.yaml")
    await editor.codes(folder / "template.yaml", ["HL103"])
    await editor.codes(folder / "src" / "jobs" / "prices.py", ["HL204"])
    assert not client.messages
