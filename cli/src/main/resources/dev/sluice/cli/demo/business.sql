-- Some days of business. Each statement's comment is what the demo says about it.
-- a new day's transactions arrive
INSERT INTO pharmacy.transactions
SELECT 1000000 + n, n % 120 + 1, n / 10.0, 'card', date_trunc('day', now()) + n * interval '1 second'
FROM generate_series(1, 900) n;
-- a till that was offline delivers three late transactions of a month ago
INSERT INTO pharmacy.transactions
SELECT 2000000 + n, 7, 12.50, 'cash', date_trunc('day', now()) - interval '30 days' + n * interval '1 hour'
FROM generate_series(1, 3) n;
-- two amounts are corrected in place: same number of rows, other contents
UPDATE pharmacy.transactions SET amount = amount + 0.01 WHERE transaction_id IN (3, 4);
-- an accountant swaps the amounts of two sales of one postal code: counts and sums stay equal
UPDATE pharmacy.sales s SET total = o.total FROM pharmacy.sales o
WHERE (s.sale_id, o.sale_id) IN ((1, 1801), (1801, 1));
-- a customer asks to be forgotten
UPDATE pharmacy.sales SET email = NULL WHERE email = 'customer39@example.org';
-- seven sales are cancelled
DELETE FROM pharmacy.sales WHERE sale_id BETWEEN 500 AND 506;
-- store 42 moves to a postal code of its own, with its history
UPDATE pharmacy.sales SET postal_code = 'K1A 0B1' WHERE store_id = 42;
UPDATE pharmacy.store SET postal_code = 'K1A 0B1' WHERE store_id = 42;
-- store 17 closes, and its postal code disappears
DELETE FROM pharmacy.sales WHERE postal_code = (SELECT postal_code FROM pharmacy.store WHERE store_id = 17);
-- a price rise for one family of products
UPDATE pharmacy.product SET price = price * 1.05 WHERE attributes ->> 'family' = 'F3';
