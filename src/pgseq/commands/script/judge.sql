            EXECUTE s.look INTO last_value, is_called, before, stored_up_to;
            next := CASE WHEN before + s.step BETWEEN s.least AND s.greatest THEN before + s.step END;
            status := CASE WHEN last_value IS NULL THEN 'unknown'
                           WHEN next IS NULL OR next < s.lowest OR next > s.highest
                                OR NOT s.cycle AND s.draws > div(s.last - before, s.step) THEN 'exhausted'
                           WHEN stored_up_to IS NOT NULL THEN 'out_of_sync'
                           WHEN reason IS NOT NULL THEN 'unknown' ELSE 'ok' END;
            IF last_value IS NULL THEN
                reason := coalesce(reason, 'GRANT SELECT ON SEQUENCE ' || s.sql || ' is missing');
            ELSIF status = 'exhausted' THEN
                obstacle := 'moving it forward cannot make room: widen it, or the column';
            ELSIF status = 'out_of_sync' THEN -- the price of a move: the free values that it gives up
                skipped := div(stored_up_to - before, s.step); stored := 0;
                remaining := greatest(div(s.bound - before, s.step), 1);
                IF skipped > max_jump * remaining THEN EXECUTE s.count INTO stored; END IF;
                obstacle := CASE
                    WHEN s.immovable <> '' THEN s.immovable
                    WHEN (s.bound - stored_up_to) / s.step < 1 THEN stored_up_to || ' leaves no room beyond it'
                    WHEN skipped - stored > max_jump * (remaining - stored)
                    THEN format('going beyond %s would give up %s %% of the free values left', stored_up_to,
                                round(100 * (skipped - stored) / (remaining - stored))) END;
                ceiling := before + s.step * greatest(skipped, least(floor(max_jump * remaining), remaining - 1));
            END IF;
