"""What the page does, as plain functions without Gradio."""
