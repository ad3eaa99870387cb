"""How the files are called by which the tools of a project install what it requires."""

from __future__ import annotations

# Lock files and what they are made from: with the lock file there, the other says nothing more.
LOCKS = {
    "poetry.lock": "pyproject.toml",
    "uv.lock": "pyproject.toml",
    "pdm.lock": "pyproject.toml",
    "pylock.toml": "pyproject.toml",
    "Pipfile.lock": "Pipfile",
}
MANIFESTS = ("pyproject.toml", "Pipfile")
INSTALLED = ("requirements.txt", *LOCKS, *MANIFESTS)
