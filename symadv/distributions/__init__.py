"""Open room: one distribution a file; each exports a function of its own name that returns a Distribution."""
