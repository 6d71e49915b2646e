"""Who gave a column's value, as far as the statement says."""

from __future__ import annotations

import pytest

from pgseq.commands.explain.parse.origin import KeyColumn, Origin, origin

CLIENT = [
    ("INSERT INTO users (id, n) VALUES (5, 1)", (5,)),
    ("WITH x AS (SELECT 1) INSERT INTO users(n,id)VALUES(1,5)", (5,)),
    ("INSERT INTO public.users AS u (n, \"id\") VALUES ('a, (b', -5), ($$ ) $$, 7)", (-5, 7)),
    ("INSERT INTO users (id) OVERRIDING SYSTEM VALUE VALUES ('5'::int) RETURNING (id)", (5,)),
    ("INSERT INTO users (id, n) VALUES ((5), f(1, 2)) ON CONFLICT (id) DO NOTHING", (5,)),
    ("INSERT INTO users (id, n) VALUES (E'it\\'s', 1), (5, 2), (6", (5,)),
    ("INSERT INTO users (id /* the (key) */, n) -- , (\n VALUES (5, 1)", (5,)),
    ("INSERT INTO users VALUES (5)", (5,)),
    ("INSERT INTO users (id, n) VALUES ($1, 5)", ()),
    ("INSERT INTO users (id, n) VALUES (?, ?)", ()),
    ("INSERT INTO users (n, id) VALUES (%(n)s, %(id)s)", ()),
    ("INSERT INTO users (id, n) VALUES (:id, :n)", ()),
    ("INSERT INTO users (id, n) VALUES (@p0, @p1)", ()),
    ("INSERT INTO users (id, n) VALUES ($1::INTEGER, $2::VARCHAR)", ()),
    ("INSERT INTO users (id, n) VALUES (5 + 0, 1)", ()),
    ("INSERT INTO users (id, n) VALUES ((SELECT max(id) + 1 FROM users), 1)", ()),
    ("INSERT INTO users (id, n) SELECT id, n FROM old", ()),
    ("INSERT INTO users (id, n) SELECT * FROM old", ()),
    ("INSERT INTO users SELECT * FROM old", ()),
    ("insert into users (id) TABLE old", ()),
    ('INSERT INTO "users" ("id") VALUES (\'550e8400-e29b-41d4-a716-446655440000\')', ()),
    ("COPY users (id, n) FROM STDIN", ()),
    ("COPY public.users FROM stdin WITH (FORMAT csv)", ()),
    ("copy users(id,n) from stdin", ()),
    ("UPDATE users SET n = 1, id = id + 1 WHERE id = 4", ()),
    ("UPDATE ONLY users AS u SET (n, id) = (1, 5)", ()),
    ("UPDATE users SET n = 1", ()),
    ("MERGE INTO users u USING x ON u.id = x.id WHEN NOT MATCHED THEN INSERT (id, n) VALUES (x.id, 1)", ()),
]
DEFAULT = [
    "INSERT INTO users (n) VALUES (5)",
    "INSERT INTO users (n, name) VALUES (5, '(5, 5)')",
    "INSERT INTO users (id, n) VALUES (DEFAULT, 5)",
    "INSERT INTO users (id, n) VALUES (DEFAULT, 5), (default, 6)",
    "INSERT INTO users (id, n) VALUES (nextval('users_id_seq'), 5)",
    "INSERT INTO users VALUES (DEFAULT, 5)",
    "INSERT INTO users DEFAULT VALUES",
    "INSERT INTO users (n) SELECT id FROM old",
    "INSERT INTO users (n, id) SELECT n, nextval('users_id_seq') FROM old",
    'INSERT INTO users ("ID") VALUES (5)',
    "INSERT INTO users (n) VALUES (1) ON CONFLICT (n) DO UPDATE SET n = 5",
    "COPY users (n) FROM STDIN",
    "UPDATE users SET id = DEFAULT",
    "UPDATE users SET id = nextval('users_id_seq') WHERE n = 4",
    "MERGE INTO users u USING x ON u.n = x.n WHEN NOT MATCHED THEN INSERT (n) VALUES (1)",
]
UNSAID = [
    "INSERT INTO users (id, n) VALUES (55, 1)",
    "INSERT INTO users (id, n) VALUES (55, 1), (DEFAULT, 5)",
    "INSERT INTO users (id, n) VALUES (5, 1), (DEFAULT, 5)",
    "INSERT INTO users (id) OVERRIDING USER VALUE VALUES (5)",
    "INSERT INTO users (id, n) VALUES (next_id(), 5)",
    "INSERT INTO users (id, n) SELECT *, nextval('s') FROM old",
    "INSERT INTO posts (id) VALUES (5)",
    "INSERT INTO users (id, n) VALUES",
    "INSERT INTO users (n",
    "INSERT INTO users (",
    "COPY (SELECT * FROM users) TO STDOUT",
    "UPDATE posts SET id = 5",
    "SELECT 'INSERT INTO users (id) VALUES (5)'",
    "",
]
USERS = KeyColumn(tables={"users"}, name="id", place=0)


@pytest.mark.parametrize(("statement", "values"), CLIENT)
def test_the_client(statement: str, values: tuple[int, ...]) -> None:
    value = values[0] if values else 5
    found = origin([statement], USERS, value)
    assert (found.source, found.values) == ("client", values)


@pytest.mark.parametrize("statement", DEFAULT)
def test_the_default(statement: str) -> None:
    assert origin([statement], USERS, 5).source == "default"


@pytest.mark.parametrize("statement", UNSAID)
def test_unsaid(statement: str) -> None:
    assert origin([statement], USERS, 5).source == "unsaid"


def test_copy_of_which_only_the_context_is_known() -> None:
    assert origin(["COPY users, line 4"], USERS, 4) == Origin(source="copied", verb="COPY")
    assert origin(["", "COPY users (n) FROM STDIN", "COPY users, line 4"], USERS, 4).source == "default"


def test_without_a_list_the_place_counts() -> None:
    second = KeyColumn(tables={"users"}, name="id", place=1)
    assert origin(["INSERT INTO users VALUES ('x')"], second, 5).source == "default"
    assert origin(["INSERT INTO users VALUES ('x', 5)"], second, 5).source == "client"
    unknown = KeyColumn(tables={"users"}, name="id")
    assert origin(["INSERT INTO users VALUES (5)"], unknown, 5).source == "unsaid"


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        ("INSERT INTO users (id, name) VALUES (%(id)s, %(name)s)", "[parameters: {'id': 4, 'name': 'x'}]"),
        ("INSERT INTO users (name, id) VALUES (%(name)s, %(id)s)", "[parameters: {'name': 'x', 'id': '4'}]"),
        ("INSERT INTO users (id, name) VALUES (:id_1, :name)", "[parameters: {'id_1': 4, 'name': 'x'}]"),
        ("INSERT INTO users (id, name) VALUES ($1::INTEGER, $2)", "[parameters: (4, 'x')]"),
        ('INSERT INTO "users" ("name", "id") VALUES ($1, $2)', '[["name", "x"], ["id", 4]]'),
        ("INSERT INTO users (name, id) VALUES ($1, $2)", "portal with parameters: $1 = 'x', $2 = '4'"),
        ("INSERT INTO users (id, name) VALUES (@p0, @p1)", "[Parameters=[@p0='4' (DbType = Int64), @p1='x']]"),
        ("INSERT INTO users (name, id) VALUES ($1, $2)", "parameters: [ 'x', 4 ]"),
        ("INSERT INTO users (id, name) VALUES (?, ?)", 'with params [4, "x"]'),
        ("insert into users (id, name) values ($1, $2)", "params: 4,x"),
    ],
)
def test_values_of_parameters(statement: str, parameters: str) -> None:
    column = KeyColumn(tables={"users"}, name="id", place=0, parameters=parameters)
    assert origin([statement], column, None) == Origin(source="client", verb="INSERT", values=(4,))
    assert origin([statement], column, 7).source == "client"
