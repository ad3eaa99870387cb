"""Where the code of a Terraform function comes from: archives, objects in buckets, local files; called by `lambdas`."""

from __future__ import annotations

from pathlib import Path

from handlerlint.functions.archives import folder_of_archive
from handlerlint.functions.code import IN_IMAGE, CodeLocation, local_code
from handlerlint.functions.documents.nodes import Unknown
from handlerlint.functions.found import joined
from handlerlint.functions.python_modules import module_path
from handlerlint.functions.terraform.modules import Module
from handlerlint.functions.terraform.syntax import Block, Expression, token_text
from handlerlint.functions.terraform.values import Reference, Value
from handlerlint.functions.terraform.written_files import WrittenFiles, inline_code
from handlerlint.project.view import is_file
from handlerlint.records import dataclass, replace

_BUCKET_OBJECTS = ("aws_s3_object", "aws_s3_bucket_object")


@dataclass(frozen=True, slots=True)
class Package:
    """The code of a function, and a build step that has put things there, if there is one.

    `unknown_content` says what else may lie beside the code.
    """

    code: CodeLocation
    build: str | None = None
    unknown_content: str | None = None


class Packages:
    """Finds packages within one use of a module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._written = WrittenFiles(module)
        self._archives = [
            block
            for mode in ("data", "resource")
            for block in module.files.of_type("archive_file", mode=mode)
        ]

    def of_function(self, block: Block, names: dict[str, Value], handler: str | None) -> Package:
        """The package of an `aws_lambda_function`."""
        attributes = block.body.attributes
        if is_image(block, self._module, names):
            return _unresolved(IN_IMAGE)
        filename = self._module.value(attributes.get("filename"), names)
        if filename is not None:
            package = self.of_file(filename, names, handler)
        elif "s3_key" in attributes or "s3_bucket" in attributes:
            package = self.of_object(self._module.value(attributes.get("s3_key"), names), names, handler)
        else:
            return _unresolved("no `filename`, `s3_key` or `image_uri`")
        if package.code.unresolved is not None:
            # The hash is taken of the same archive.
            by_hash = self._archive_named_in(attributes.get("source_code_hash"), names, handler)
            return by_hash or package
        return package

    def of_path(self, value: Value, handler: str | None) -> Package:
        """The package at a local path: a folder, one file, or an archive with its source beside it."""
        if isinstance(value, Unknown):
            return _unresolved(value.reason)
        if not isinstance(value, str):
            return _unresolved("the code's path is known only when it is applied")
        code = local_code(self._module.root, value)
        unknown = None if code.archive is None else f"the archive `{code.archive.name}`"
        if code.archive is not None and handler is not None:
            folder = folder_of_archive(code.archive, handler)
            code = code if folder is None else CodeLocation(root=folder)
        return Package(code, unknown_content=unknown)

    def of_file(self, value: Value, names: dict[str, Value], handler: str | None) -> Package:
        """The package that an archive, an object in a bucket or a path stands for."""
        if isinstance(value, Reference):
            if isinstance(value.owner, Module) and value.owner is not self._module:
                return Packages(value.owner).of_file(value, {}, handler)
            archive = self._archive(value)
            if archive is not None:
                return self._of_archive(archive, self._names_for(archive, value, names), handler)
            if value.type in _BUCKET_OBJECTS:
                return self._of_object_block(value, names, handler)
            return _unresolved(f"`{value.type}.{value.name}` is known only when it is applied")
        if isinstance(value, str):
            wanted = joined(self._module.root, value)
            for archive in self._archives:
                for _, inner in self._module.instances(archive):
                    output = self._module.value(archive.body.attributes.get("output_path"), inner)
                    if isinstance(output, str) and joined(self._module.root, output) == wanted:
                        return self._of_archive(archive, inner, handler)
        return self.of_path(value, handler)

    def _archive(self, reference: Reference) -> Block | None:
        for archive in self._archives:
            if reference.type == "archive_file" and archive.labels[1] == reference.name:
                return archive
        return None

    def _names_for(self, block: Block, reference: Reference, names: dict[str, Value]) -> dict[str, Value]:
        """What `each` and `count` are in the instance that a reference means."""
        for suffix, inner in self._module.instances(block):
            if reference.key is not None and suffix in (f'["{reference.key}"]', f"[{reference.key}]"):
                return inner
        return names

    def of_object(self, value: Value, names: dict[str, Value], handler: str | None) -> Package:
        """The package that an object in a bucket is, by its key, if the module uploads it."""
        if isinstance(value, Reference) and value.type in _BUCKET_OBJECTS:
            return self.of_file(value, names, handler)
        if isinstance(value, str):
            for block in self._module.files.of_type(*_BUCKET_OBJECTS):
                if self._module.value(block.body.attributes.get("key"), names) == value:
                    source = self._module.value(block.body.attributes.get("source"), names)
                    return self.of_file(source, names, handler)
        return _unresolved("the code is in an S3 bucket")

    def _of_object_block(self, reference: Reference, names: dict[str, Value], handler: str | None) -> Package:
        for block in self._module.files.of_type(reference.type):
            if block.labels[1] == reference.name:
                source = block.body.attributes.get("source")
                if source is not None:
                    inner = self._names_for(block, reference, names)
                    return self.of_file(self._module.value(source, inner), inner, handler)
        return _unresolved("the code is in an S3 bucket")

    def _archive_named_in(
        self, expression: Expression, names: dict[str, Value], handler: str | None
    ) -> Package | None:
        shown = "" if expression is None else token_text(expression)
        for archive in self._archives:
            if f"archive_file.{archive.labels[1]}." in shown:
                return self._of_archive(archive, names, handler)
        return None

    def _of_archive(self, archive: Block, names: dict[str, Value], handler: str | None) -> Package:
        attributes = archive.body.attributes
        build = "local-exec" if _waits_for_script(attributes.get("depends_on")) else None
        for key in ("source_dir", "source_file"):
            if attributes.get(key) is not None:
                value = self._written.path(self._module.value(attributes[key], names))
                package = self._with_written(self.of_path(value, handler), value, key, handler)
                return replace(package, build=build or package.build)
        sources = [
            (source.body.attributes.get("content"), source.body.attributes.get("filename"))
            for source in archive.body.of_type("source")
        ]
        if attributes.get("source_content") is not None:
            sources.append((attributes["source_content"], attributes.get("source_content_filename")))
        unknown = "the other files of the archive" if len(sources) > 1 else None
        return Package(self._of_sources(sources, names, handler, archive.path), build, unknown)

    def _with_written(self, package: Package, value: Value, key: str, handler: str | None) -> Package:
        """The package of a folder or a file, with what `local_file` writes there before it is packed."""
        if not isinstance(value, str):
            return package
        path = joined(self._module.root, value)
        folder = path if key == "source_dir" else path.parent
        package = replace(package, build=self._written.writer_into(folder))
        if package.build is None or handler is None:
            return package
        module = module_path(handler)
        place = folder / f"{module}.py"
        if key == "source_file" and place != path:
            return package
        inline = self._written.module_at(place, module.replace("/", "."))
        if inline is None:
            return package
        return replace(package, code=CodeLocation(root=package.code.root, inline=inline))

    def _of_sources(
        self,
        sources: list[tuple[Expression, Expression]],
        names: dict[str, Value],
        handler: str | None,
        path: Path | None,
    ) -> CodeLocation:
        """Files that are put together: the handler's is text of the configuration, or a file of the project."""
        module = (handler or "").rpartition(".")[0].replace(".", "/")
        for content, filename in sources:
            name = self._module.value(filename, names)
            value = self._module.value(content, names)
            if name != f"{module}.py" and len(sources) > 1:
                continue
            if isinstance(value, Reference) and value.mode == "file" and isinstance(name, str):
                file = Path(value.name)
                if is_file(file) and str(file).endswith(f"/{name}"):
                    return CodeLocation(root=Path(str(file)[: -len(name) - 1]))
                return CodeLocation(unresolved=f"`{file.name}` is packed as `{name}`")
            if isinstance(value, str) and isinstance(name, str) and name.endswith(".py"):
                dotted = name.removesuffix(".py").replace("/", ".")
                return CodeLocation(inline=inline_code(content, value, dotted, path))
            if isinstance(value, Unknown):
                return CodeLocation(unresolved=value.reason)
        return CodeLocation(unresolved="the code is text of the configuration")


def is_image(block: Block, module: Module, names: dict[str, Value]) -> bool:
    """Whether a function is a container image; an attribute that is null counts as absent."""
    attributes = block.body.attributes
    if module.value(attributes.get("package_type"), names) == "Image":
        return True
    return module.value(attributes.get("image_uri"), names) is not None and "package_type" not in attributes


def image_command(block: Block, module: Module, names: dict[str, Value]) -> str | None:
    """The handler string that a function gives to its image as the only word of a command."""
    values = [
        module.value(configuration.body.attributes.get("command"), names)
        for configuration in block.body.of_type("image_config")
    ]
    values.append(module.value(block.body.attributes.get("image_config_command"), names))
    for dynamic in block.body.of_type("dynamic"):
        each = module.value(dynamic.body.attributes.get("for_each"), names)
        items = list(
            each.items() if isinstance(each, dict) else enumerate(each) if isinstance(each, list) else ()
        )
        if dynamic.labels == ("image_config",) and len(items) == 1:
            inner = {**names, "image_config": {"key": items[0][0], "value": items[0][1]}}
            values += [
                module.value(content.body.attributes.get("command"), inner)
                for content in dynamic.body.of_type("content")
            ]
    words = next((value for value in values if isinstance(value, list)), [])
    return words[0] if len(words) == 1 and isinstance(words[0], str) else None


def _waits_for_script(expression: Expression) -> bool:
    shown = "" if expression is None else token_text(expression)
    return "null_resource." in shown or "terraform_data." in shown


def _unresolved(reason: str) -> Package:
    return Package(CodeLocation(unresolved=reason))
