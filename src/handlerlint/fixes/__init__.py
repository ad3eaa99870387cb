"""Applies the fixes of findings: to texts, pass by pass until nothing changes, and to files."""
