"""Text as it is read aloud: what a spelling says, and which spellings say the same."""
