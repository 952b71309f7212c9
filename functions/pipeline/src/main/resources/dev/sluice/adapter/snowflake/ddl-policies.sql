-- Examples (Enterprise edition; --no-policies leaves them out). A sync keeps the policies of a table; the role that loads must see clear values, because it compares them.
--   ALTER TABLE … MODIFY COLUMN "EMAIL" SET MASKING POLICY "SLUICE"."EXAMPLE_MASK";
--   ALTER TABLE … ADD ROW ACCESS POLICY "SLUICE"."EXAMPLE_ROWS" ON ("REGION");
CREATE MASKING POLICY IF NOT EXISTS "SLUICE"."EXAMPLE_MASK" AS (VAL VARCHAR) RETURNS VARCHAR -> CASE WHEN CURRENT_ROLE() = ${loader_text} THEN VAL ELSE '***' END;
CREATE ROW ACCESS POLICY IF NOT EXISTS "SLUICE"."EXAMPLE_ROWS" AS (REGION VARCHAR) RETURNS BOOLEAN -> CURRENT_ROLE() = ${loader_text} OR REGION = 'PUBLIC';
