"""`--watch`, as a process that runs while files change."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue

import pytest

BAD = "def lambda_handler(event):\n    return {}\n"
GOOD = "def lambda_handler(event, context):\n    return {}\n"


def next_summary(lines: Queue[str]) -> str:
    """The closing line of the next report."""
    while True:
        line = lines.get(timeout=60)
        if line.startswith(("No problems", "1 error")) or "handlerlint: error" in line:
            return line.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no such signal to one process")
def test_the_report_follows_the_files(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    file = tmp_path / "lambda_function.py"
    file.write_text(BAD)
    command = [
        sys.executable,
        "-u",
        "-m",
        "handlerlint",
        "--watch",
        "--output=concise",
        "--output=json:out.json",
    ]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines: Queue[str] = Queue()
    output = process.stdout
    reader = threading.Thread(target=lambda: [lines.put(line) for line in output])
    reader.start()
    try:
        assert next_summary(lines) == "1 error in 1 function; 1 fixable."
        assert "HL201" in (tmp_path / "out.json").read_text(), "whose change is none of the user's"
        file.write_text(GOOD)
        assert next_summary(lines) == "No problems in 1 function."
        file.write_text(BAD)
        assert next_summary(lines) == "1 error in 1 function; 1 fixable."
        (tmp_path / "handlerlint.toml").write_text('ignore = ["HL2"]\n')
        assert next_summary(lines) == "No problems in 1 function."
        (tmp_path / "handlerlint.toml").write_text("wrong = 1\n")
        assert next_summary(lines).startswith("handlerlint: error: handlerlint.toml: unknown key")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        reader.join()
        output.close()
    assert process.returncode == 0
