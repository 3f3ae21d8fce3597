"""The lab's tools for assistants that speak the Model Context Protocol."""
