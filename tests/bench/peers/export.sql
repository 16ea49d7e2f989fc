\set ON_ERROR_STOP on
\set utc '\'YYYY-MM-DD"T"HH24:MI:SS.US+00:00\''
SET timezone = 'UTC';

SELECT id, department, kind, status, preferred_language, email, phone, street, postal_code, city, country,
       CASE kind WHEN 'person' THEN display_name END AS person_name,
       CASE kind WHEN 'company' THEN display_name END AS organization_name,
       to_char(created_at, :utc) AS created_at
FROM app.customer ORDER BY ctid
\g (format=csv tuples_only=off footer=off) customers.csv

SELECT id, customer_id, channel, direction, subject, body,
       to_char(occurred_at, :utc) AS occurred_at, to_char(created_at, :utc) AS created_at
FROM app.interaction ORDER BY ctid
\g (format=csv tuples_only=off footer=off) interactions.csv

SELECT id, customer_id, name, stage, amount, currency, close_date, to_char(created_at, :utc) AS created_at
FROM app.opportunity ORDER BY ctid
\g (format=csv tuples_only=off footer=off) opportunities.csv
