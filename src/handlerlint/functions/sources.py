"""Which files concern which source of functions: a source's own module is imported only where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, cast

from handlerlint.records import dataclass

if TYPE_CHECKING:
    from handlerlint.functions.found import Found, ProjectFiles
    from handlerlint.functions.request import DiscoveryRequest

    Reader = Callable[[ProjectFiles, DiscoveryRequest], Found]

TEMPLATE_SUFFIXES = (".yaml", ".yml", ".json", ".template")
TERRAFORM_SUFFIXES = (".tf", ".tf.json", ".tofu")
SERVERLESS_NAMES = ("serverless.yml", "serverless.yaml", "serverless.json")
ZAPPA_NAMES = ("zappa_settings.json", "zappa_settings.toml", "zappa_settings.yaml", "zappa_settings.yml")
SAM_CONFIGURATIONS = ("samconfig.toml", "samconfig.yaml", "samconfig.yml")
CHALICE_CONFIGURATION = "config.json"
CDK_CONFIGURATION = "cdk.json"
PULUMI_NAMES = ("Pulumi.yaml", "Pulumi.yml")


@dataclass(frozen=True, slots=True)
class Source:
    """A module with a function `read`, and the names of the files that it is for."""

    module: str
    suffixes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()

    def wants(self, name: str) -> bool:
        """Whether a file with this name concerns the source."""
        return name.endswith(self.suffixes) or name in self.names or name.startswith(self.starts or ("\0",))

    def reader(self) -> Reader:
        """The source's `read`."""
        return cast("Reader", import_module(f"handlerlint.functions.{self.module}").read)


SOURCES = (
    Source("cloudformation.reading", TEMPLATE_SUFFIXES, SAM_CONFIGURATIONS),
    Source("serverless.reading", names=SERVERLESS_NAMES),
    Source("terraform.reading", TERRAFORM_SUFFIXES),
    Source("programs.cdk.reading", (".ts", ".js", ".mts", ".mjs"), names=(CDK_CONFIGURATION, "app.py")),
    Source("programs.pulumi", names=PULUMI_NAMES),
    Source("chalice.reading", names=(CHALICE_CONFIGURATION,)),
    Source("zappa", names=ZAPPA_NAMES),
    Source("container", (".Dockerfile",), starts=("Dockerfile", "Containerfile")),
)


def is_wanted(name: str) -> bool:
    """Whether a file with this name concerns any source, or may hold a handler by convention."""
    return name.endswith(".py") or any(source.wants(name) for source in SOURCES)


def sources_for(names: Iterable[str]) -> Iterator[Source]:
    """The sources that some of the names concern, in their order."""
    unique = set(names)
    return (source for source in SOURCES if any(source.wants(name) for name in unique))
