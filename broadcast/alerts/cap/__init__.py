"""CAP 1.2, in by bytes and out as schema-valid XML: lenient reading with notes, strict writing."""
