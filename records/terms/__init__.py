"""The time of a deadline changes: extended once by another unit's decision, or paused for a coded reason."""
