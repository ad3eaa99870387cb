"""One file a command: its arguments (`add_arguments`) and what it does (`run`). Called by `cli`."""

from __future__ import annotations

# The commands by name, with what each is for; the module of the same name in this folder does it.
COMMANDS = {
    "check": "find what will break in Lambda (the default command)",
    "functions": "show which functions are configured and where their handlers are",
    "invoke": "run handlers with sample events through the real runtime client",
    "events": "list or print the sample events that can be generated",
    "server": "run the language server, which editors start",
    "init": "write a configuration file with what was found",
    "rule": "explain one rule",
    "rules": "list all rules",
    "completion": "print a script that completes the commands in a shell",
}
