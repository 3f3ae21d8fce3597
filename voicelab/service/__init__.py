"""The lab as a service of the user's own session: launchd on macOS, systemd on Linux."""
