"""Files in: checked whole with a report on every bad row, then taken over in slices; a kind is one file in kinds/."""
