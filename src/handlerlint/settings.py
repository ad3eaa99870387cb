"""All that a user can set, as one frozen value: read by `cli` and the integrations, handed to every stage.

The configuration file gives the values, `configuration` checks them, the command line replaces some of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from handlerlint.errors import UserError
from handlerlint.records import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:  # without importing `typing`
    from typing import Literal, get_args

DEFAULT_HANDLER_NAMES = ("lambda_handler", "handler")

#: What functions can be looked for in, or not; what is given explicitly is always used.
SwitchedSource = Literal[
    "sam",
    "cloudformation",
    "serverless",
    "terraform",
    "cdk",
    "pulumi",
    "chalice",
    "zappa",
    "container",
    "convention",
]
SOURCES: tuple[SwitchedSource, ...] = get_args(SwitchedSource)


_REPORT = ("report_batch_item_failures",)
_NOTHING: tuple[str, ...] = ()

# Who invokes functions, and the properties of each that matter (docs/discovery.md, "Event sources").
EVENT_KINDS: Mapping[str, tuple[str, ...]] = {
    "api": ("proxy",),
    "http-api": ("proxy", "payload_format_version"),
    "web-socket": ("proxy", "route"),
    "function-url": ("payload_format_version", "invoke_mode"),
    "alb": ("multi_value_headers",),
    "authorizer": ("api", "type", "payload_format_version", "simple_responses"),
    **dict.fromkeys(
        ("sqs", "kinesis", "dynamodb", "msk", "mq", "self-managed-kafka", "document-db"), _REPORT
    ),
    "event-source-mapping": _REPORT,
    "cognito": ("triggers",),
    "cloud-front": ("triggers",),
    **dict.fromkeys(("event-bridge-rule", "cloud-watch-event"), ("passes_event",)),
    **dict.fromkeys(("api-gateway", "s3", "sns", "ses", "schedule", "schedule-v2"), _NOTHING),
    **dict.fromkeys(("cloud-watch-logs", "iot-rule", "alexa-skill", "firehose"), _NOTHING),
    **dict.fromkeys(("step-functions", "app-sync", "custom-resource", "config-rule"), _NOTHING),
    **dict.fromkeys(("s3-batch", "s3-object-lambda"), _NOTHING),
    **dict.fromkeys(("lex", "bedrock-agent", "secrets-manager", "pipe"), _NOTHING),
}


@dataclass(frozen=True, slots=True)
class ConfiguredEvent:
    """One event source of a `[[tool.handlerlint.functions]]` entry: its kind (`sqs`) and properties."""

    kind: str
    properties: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ConfiguredFunction:
    """One `[[tool.handlerlint.functions]]` entry; `code_root` is absolute, None if the entry gives none.

    `row` is the line of the entry in the configuration file (from 1), where it is known.
    """

    handler: str
    code_root: Path | None = None
    runtime: str | None = None
    name: str | None = None
    events: tuple[ConfiguredEvent, ...] = ()
    row: int | None = None


@dataclass(frozen=True, slots=True)
class FileIgnores:
    """Codes that are ignored in files matching `pattern`; `folder` is what the pattern is relative to."""

    pattern: str
    codes: tuple[str, ...]
    folder: Path


@dataclass(frozen=True, slots=True)
class InvokeSettings:
    """The table `[tool.handlerlint.invoke]`: what `handlerlint invoke` is told beside the command line.

    `ignore` are JSONPath expressions for what may differ from a recorded response. `aws` is where calls of AWS
    go; `aws_setup` is the program that fills moto. `environment` are variables for the handlers.
    """

    ignore: tuple[str, ...] = ()
    aws: Literal["none", "moto", "real"] = "none"
    aws_setup: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """What one run is told. All paths are absolute; symbolic links in them are left as they are.

    `paths` are what the user wants linted. `project_root` is the folder of the configuration file, or else
    the nearest one upwards with `.git` or `pyproject.toml`, or else the common folder of the paths.
    `handlers` are the strings of `--handler`. `functions` are the entries of the configuration file.
    `select` is None where the user names nothing: every rule that is on by default.
    `runtime` is the one for functions whose configuration names none. `sources` is None for all of `SOURCES`.
    `exclude` are patterns as in `.gitignore`, relative to the project root.
    `stubs` are folders with `.pyi` files; `python` is the project's environment or its interpreter.
    `use_plugins` is false where neither a configuration nor what is installed beside handlerlint is to count.
    `events` are patterns of files with sample events, relative to the project root. `baseline` is a file of known
    findings.
    """

    working_folder: Path
    project_root: Path
    paths: tuple[Path, ...]
    configuration_file: Path | None = None
    handlers: tuple[str, ...] = ()
    functions: tuple[ConfiguredFunction, ...] = ()
    sources: tuple[str, ...] | None = None
    handler_names: tuple[str, ...] = DEFAULT_HANDLER_NAMES
    exclude: tuple[str, ...] = ()
    runtime: str | None = None
    python: Path | None = None
    stubs: tuple[Path, ...] = ()
    events: tuple[str, ...] = ()
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    per_file_ignores: tuple[FileIgnores, ...] = ()
    use_cache: bool = True
    baseline: Path | None = None
    invoke: InvokeSettings = field(default_factory=InvokeSettings)
    use_plugins: bool = True

    def source_is_on(self, kind: str) -> bool:
        """Whether functions of this kind of source are looked for."""
        return self.sources is None or kind in self.sources


def current_folder() -> Path:
    """The working folder; raises UserError where it has been removed."""
    try:
        return Path.cwd()
    except OSError as error:
        raise UserError(f"the working folder cannot be found: {error.strerror}") from error


def display_name(path: Path, working_folder: Path) -> str:
    """`path` as the user is shown it: relative to the working folder where it lies inside, with `/`."""
    try:
        return path.relative_to(working_folder).as_posix()
    except ValueError:
        return path.as_posix()
