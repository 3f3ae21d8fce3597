"""The library of voices on disk, and voices in the making."""
