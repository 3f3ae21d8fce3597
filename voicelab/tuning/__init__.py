"""The best setting of a voice, searched by its measures: many short takes first, few long ones last."""
