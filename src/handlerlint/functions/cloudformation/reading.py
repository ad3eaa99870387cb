"""Functions of SAM and CloudFormation templates, nested ones with their arguments; called by `discovery`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from handlerlint.functions.cloudformation.intrinsics import Parameters
from handlerlint.functions.cloudformation.resources import functions_of
from handlerlint.functions.cloudformation.sam_config import parameter_overrides
from handlerlint.functions.cloudformation.stacks import arguments_of, templates_in
from handlerlint.functions.cloudformation.template import (
    MARKERS,
    SECTION,
    Template,
    is_template,
    make_template,
)
from handlerlint.functions.documents.nodes import Scalar, computed
from handlerlint.functions.documents.reading import Document
from handlerlint.functions.found import Found, ProjectFiles, document_with, joined
from handlerlint.functions.request import DiscoveryRequest
from handlerlint.functions.sources import SAM_CONFIGURATIONS, TEMPLATE_SUFFIXES


def read(files: ProjectFiles, request: DiscoveryRequest) -> Found:
    """The functions of all templates among the files, nested ones with the arguments that they are given."""
    reader = _TemplateReader(request, parameter_overrides(files.named(*SAM_CONFIGURATIONS)))
    candidates = dict.fromkeys(files.ending(*TEMPLATE_SUFFIXES))
    candidates.update(dict.fromkeys(Path(path) for path in sorted(files.given) if not path.endswith(".py")))
    documents: list[Document] = []
    nested: set[Path] = set()
    for path in candidates:
        with request.alone(path):
            document = reader.load(path, given=str(path) in files.given)
            if document is not None:
                documents.append(document)
                nested.update(
                    other for other, _ in _nested_templates(make_template(document)) if other != path
                )
    for document in documents:
        if document.path not in nested:
            reader.visit_root(document)
    for document in documents:
        if document.path not in reader.visited_paths:  # templates that nest each other
            reader.visit_root(document)
    return reader.found


class _TemplateReader:
    """Reads each file once, and each template once for each set of arguments."""

    def __init__(self, request: DiscoveryRequest, overrides: dict[Path, dict[str, str]]) -> None:
        self.found = Found()
        self.visited_paths: set[Path] = set()
        self._request = request
        self._documents: dict[Path, Document | None] = {}
        self._overrides = overrides
        self._visited: set[tuple[Path, str]] = set()

    def load(self, path: Path, *, given: bool = False) -> Document | None:
        """The template at `path`, if there is one."""
        if path not in self._documents:
            document = document_with(path, MARKERS, SECTION, self.found, given=given)
            usable = document is not None and is_template(document)
            self._documents[path] = document if usable else None
        return self._documents[path]

    def visit_root(self, document: Document) -> None:
        """Add the functions of a template that is deployed by itself, with the values of `samconfig.toml`."""
        values = self._overrides.get(document.path, {})
        with self._request.alone(document.path):
            self.visit(document, {name: computed(value) for name, value in values.items()}, ())

    def visit(self, document: Document, arguments: Parameters, parents: tuple[Path, ...]) -> None:
        """Add the functions of a template with these arguments, and of those nested in it."""
        key = (document.path, repr(sorted(arguments.items())))
        if key in self._visited or document.path in parents:
            return
        self._visited.add(key)
        self.visited_paths.add(document.path)
        template = make_template(document, arguments)
        self.found.functions.extend(functions_of(template, self._request))
        for body, body_arguments in templates_in(template):
            self.found.functions.extend(functions_of(make_template(body, body_arguments), self._request))
        for path, nested_arguments in _nested_templates(template):
            nested = self.load(path)
            if nested is not None:
                self.visit(nested, nested_arguments, (*parents, document.path))


_LOCATIONS = {
    "AWS::Serverless::Application": "Location",
    "AWS::CloudFormation::Stack": "TemplateURL",
    "AWS::CloudFormation::StackSet": "TemplateURL",
}


def _nested_templates(template: Template) -> Iterator[tuple[Path, Parameters]]:
    """Local templates that are resources of this one, with the arguments it gives them."""
    for resource in template.of_type(*_LOCATIONS):
        location = template.resolver.text(resource.properties.get(_LOCATIONS[resource.type]))
        if not isinstance(location, Scalar) or location.text.startswith(("s3://", "http://", "https://")):
            continue
        path = joined(template.folder, location.text.removeprefix("file://"))
        yield path, arguments_of(template, resource)
