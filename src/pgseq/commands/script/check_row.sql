      'stored_up_to', stored_up_to, 'status', status, 'fix', fix,
      'inserts_until_collision', div(div(first_stored - next, s.step), s.draws),
