"""The lab proves itself on this machine: checks, each a plain function, and what they found, written down."""
