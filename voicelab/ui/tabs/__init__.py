"""Components and their bindings, nothing else."""
