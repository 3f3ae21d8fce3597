"""Checked speech: every sentence is heard before it counts, and one that went wrong is spoken again."""
