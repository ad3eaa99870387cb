"""How rules make fixes: edits of the text at a node's place. What applies them is `handlerlint.fixes`."""
