import os, sys, json
from tests.support.database import running_server, fresh_database
from tests.cases.case import cases
from tests.cases.truth import play, positions
import psycopg
major=int(sys.argv[1]); names=sys.argv[2:]
check=open('/tmp/check.sql').read(); fix=open('/tmp/fix.sql').read()
def last(conn, text):
    cur=conn.execute(text)
    rows=[]
    while True:
        if cur.description: rows=(([d.name for d in cur.description]), cur.fetchall())
        if not cur.nextset(): break
    return [dict(zip(rows[0], r)) for r in rows[1]]
bad=0
with running_server(major) as server:
  for case in cases():
    if names and case.name not in names: continue
    if major < case.minimum: continue
    with fresh_database(server) as db, db.connect() as conn:
        play(conn, case)
        before=positions(conn)
        try:
            with db.connect() as c: got={r['sequence']:r for r in last(c, check)}
            if names: print(json.dumps(got, indent=1))
            assert positions(conn)==before,'moved'
            with db.connect() as c: fixed={r['sequence']:r for r in last(c, fix)}
            with db.connect() as c: after={r['sequence']:r for r in last(c, check)}
        except psycopg.Error as e:
            print(case.name,'ERROR',str(e)[:1500]); bad+=1; break
        out=[]
        if set(got)!=set(case.expected): out.append((set(got)^set(case.expected)))
        for n,e in case.expected.items():
            g=got.get(n) or {}
            for k,v in (('status',e['status']),('next_value',e['next_value']),('inserts_until_collision',e['inserts_until_collision']),('stored_up_to',e['furthest'])):
                if g.get(k)!=v: out.append((n,k,'want',v,'got',g.get(k),g.get('reason')))
            if (g.get('fix') is not None)!=(e['fix'] is not None): out.append((n,'fix',e['fix'],g.get('fix'),g.get('reason')))
            fx=case.fixed[n]; f=fixed.get(n) or {}
            if (fx['applied']=='moved')!=(f.get('result')=='moved'): out.append((n,'fix result',fx,f))
            for k in ('from','to'):
                if k in fx and fx['applied']=='moved' and f.get(k)!=fx[k]: out.append((n,k,fx,f))
            a=after.get(n) or {}
            if (a.get('status'),a.get('next_value'))!=(fx['status'],fx['next_value']): out.append((n,'after',fx,a))
        if out: bad+=1; print(case.name); [print('   ',o) for o in out]
print('bad',bad)
