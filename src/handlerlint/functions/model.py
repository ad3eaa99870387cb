"""A Lambda function as a project configures it: the data that discovery hands on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from handlerlint.records import dataclass, field
from handlerlint.settings import SwitchedSource
from handlerlint.text import Location, Span

#: What tells of a function: an argument of the command line, [tool.handlerlint] or handlerlint.toml, or what is found.
SourceKind = Literal["argument", "configuration"] | SwitchedSource

DEFAULT_RUNTIME = "python3.13"
IMAGE_BUILD = "container image"
# A script that starts the runtime: docs.aws.amazon.com/lambda/latest/dg/runtimes-modify.html, "Wrapper scripts".
WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"
# What code that stands in a template becomes: `ZipFile` in docs.aws.amazon.com/AWSCloudFormation/latest/
# TemplateReference/aws-properties-lambda-function-code.html.
INLINE_MODULE = "index"


def whole_number(text: str) -> int | None:
    """The number that digits stand for; None for any other text, and for more digits than any limit has."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


@dataclass(frozen=True, slots=True)
class ConfigurationSource:
    """Where a function is configured: the file, and the handler value's place in it."""

    kind: SourceKind
    path: Path | None
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class EventSource:
    """Who invokes a function: `kind` is SAM's event type in kebab case (`api`, `http-api`, `sqs`, `s3` …).

    `properties` are those that a rule needs, such as `payload_format_version` or
    `report_batch_item_failures`; docs/discovery.md lists them. None as a property's value: not known.
    `unreported` are the places of all that configures it as one that does not report such failures: where a setting
    may be added that switches it on. It is empty where one of them is not known.
    """

    kind: str
    properties: Mapping[str, object] = field(default_factory=dict)
    unreported: tuple[ConfigurationSource, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class InlineCode:
    """Source text that stands in the template itself and becomes a module: `index.py`, unless a name is given.

    `lines` gives, for each line of `text`, the row and column (from 1) where it starts in the template;
    empty where the text does not stand there as it is (joined, substituted, escaped).
    `path` is the file of the project that the text is read from, if that is not the function's own template.
    """

    text: str
    lines: tuple[Location, ...] = ()
    path: Path | None = None
    module: str = INLINE_MODULE


@dataclass(frozen=True, slots=True)
class LambdaFunction:
    """One configured function.

    `code_root` is the folder that becomes `/var/task`; where it is unknown it is None and `unresolved` says
    why (a bucket, an image, a parameter without a default …). `handler` is None for the same reason.
    `build` names a build step that may put further modules into the code root (`makefile`, a script …).
    `unknown_content` says why modules of others may lie beside the code (a plugin, an archive) though no step is
    known that makes any of the user's own.
    `is_inferred` is true where the code root is not configured, but was found by the handler string, for a function
    whose code is out of reach as `unknown_content` says: nothing is said of what else is in it, or is not.
    `import_path` are further folders on `sys.path` after the code root: layers. `unknown_layers` are the
    layers that lie elsewhere, and may hold any module; `bare_layers` are the folders of those that lie here, but have
    no `python/`, which something may still make.
    `runtime_given` is false where the configuration names none and the default was taken.
    `packed_file` is the one file or folder of the code root that is packed, where it is not the whole.
    `lacks_nothing` is true where the build step certainly brings no further modules of the user's.
    `idle_installer` says where what is to install the requirements is configured without effect.
    `inline_code` is written into the code root, where there is one: Terraform's `local_file` does so.
    `timeout` is in seconds, `memory` in MB. `origins` are all places where this same function is configured,
    `source` among them; empty where it is the only one.
    """

    name: str
    handler: str | None
    code_root: Path | None
    source: ConfigurationSource
    runtime: str = DEFAULT_RUNTIME
    runtime_given: bool = True
    unresolved: str | None = None
    build: str | None = None
    import_path: tuple[Path, ...] = ()
    unknown_layers: tuple[str, ...] = ()
    bare_layers: tuple[Path, ...] = ()
    unknown_content: str | None = None
    is_inferred: bool = False
    events: tuple[EventSource, ...] = ()
    environment: Mapping[str, str | None] = field(default_factory=dict)
    timeout: int | None = None
    memory: int | None = None
    inline_code: InlineCode | None = None
    packed_file: Path | None = None
    lacks_nothing: bool = False
    idle_installer: str | None = None
    origins: tuple[ConfigurationSource, ...] = ()

    @property
    def is_image(self) -> bool:
        """Whether the function is a container image, whose handler are the words of its command."""
        return self.build == IMAGE_BUILD

    @property
    def has_wrapper(self) -> bool:
        """Whether a wrapper script starts the runtime, or something else."""
        return WRAPPER in self.environment

    @property
    def python_version(self) -> tuple[int, int]:
        """`(3, 13)` for `python3.13`; the default runtime's for anything that is no Python runtime."""
        major, _, minor = map(whole_number, self.runtime.removeprefix("python").partition("."))
        return (3, 13) if major is None or minor is None else (major, minor)


@dataclass(frozen=True, slots=True)
class ConfigurationProblem:
    """A template or configuration file that cannot be read or parsed (HL002)."""

    path: Path
    message: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Discovery:
    """All functions that were found, and all that could not be read on the way.

    `hints` say what would let more be found, such as an extra to install: no defects of the project. `failures` are
    defects of handlerlint itself, each with the file that it could not deal with.
    """

    functions: tuple[LambdaFunction, ...]
    problems: tuple[ConfigurationProblem, ...] = ()
    hints: tuple[ConfigurationProblem, ...] = ()
    failures: tuple[tuple[Path, str], ...] = ()
