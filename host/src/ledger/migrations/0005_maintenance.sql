-- Changes that may be under way: few of all that there are, by when they end.
CREATE INDEX changes_at_hand ON records (coalesce(actual_end, planned_end))
    WHERE kind = 'change' AND deleted = 0 AND (phase = 'approved' OR phase = 'implementing');
