      EXECUTE s.look INTO last_value, is_called, before, stored_up_to;
      reason := coalesce(reason, CASE WHEN last_value IS NULL THEN s.lack END);
      next := CASE WHEN before + s.step BETWEEN s.seqmin AND s.seqmax THEN before + s.step END;
      status := CASE WHEN last_value IS NULL THEN 'unknown' WHEN next IS NULL OR next < s.lowest OR next > s.highest
          OR NOT s.seqcycle AND s.draws > div(s.ends[2] - before, s.step) THEN 'exhausted'
        WHEN stored_up_to IS NOT NULL THEN 'out_of_sync' WHEN reason IS NOT NULL THEN 'unknown' ELSE 'ok' END;
      skipped := div(stored_up_to - before, s.step); -- the price of a move: the free values that it gives up
      remaining := greatest(div(s.bound - before, s.step), 1); stored := 0;
      IF skipped > max_jump * remaining THEN EXECUTE s.count INTO stored; END IF;
      ceiling := before + s.step * greatest(skipped, least(floor(max_jump * remaining), remaining - 1));
      obstacle := CASE WHEN status = 'exhausted' THEN 'moving it forward cannot make room: widen it, or the column'
        WHEN status <> 'out_of_sync' THEN NULL WHEN s.immovable <> '' THEN s.immovable{:hindered}
        WHEN (s.bound - stored_up_to) / s.step < 1 THEN stored_up_to || ' leaves no room beyond it'
        WHEN skipped - stored > max_jump * (remaining - stored)
        THEN format('going beyond %s would give up %s %% of the free values left', stored_up_to,
          round(100 * (skipped - stored) / (remaining - stored))) END;
