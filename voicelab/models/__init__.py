"""The models: what there is, what is on disk, what this machine can hold, and which one speaks by default."""
