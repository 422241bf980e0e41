"""What video checks leave behind: checks, links, evidence, answers, alarms, how sites stand, spot checks."""
