-- Fails when the server does not know the time zone.
-- :timezone  its name
SELECT timezone(:timezone, timestamp '2000-01-01')
