"""Door tasks: opened, told, heard and handed on until somebody has been there."""
