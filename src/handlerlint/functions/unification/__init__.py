"""One function out of several places that configure it, and its code out of several places that may hold it."""
