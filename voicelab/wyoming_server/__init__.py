"""The lab as a Wyoming service, for Home Assistant and others: speech and recognition over a plain TCP connection."""
