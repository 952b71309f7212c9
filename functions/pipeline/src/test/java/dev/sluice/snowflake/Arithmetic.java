package dev.sluice.snowflake;

/// Precision and scale of sums, products and quotients.
final class Arithmetic {
    private Arithmetic() {}

    static Typed of(String operator, Typed first, Typed second, ExpressionTranslator expressions) {
        if (first.type().kind() == SfType.Kind.DATE && (operator.equals("+") || operator.equals("-"))) {
            return dates(operator, first, second, expressions);
        }
        Typed left = expressions.numeric(first);
        Typed right = expressions.numeric(second);
        if (left.type().kind() == SfType.Kind.REAL || right.type().kind() == SfType.Kind.REAL) {
            return real(operator, expressions.cast(left, SfType.REAL), expressions.cast(right, SfType.REAL));
        }
        int a = left.type().scale();
        int b = right.type().scale();
        int digits = Math.max(left.type().precision() - a, right.type().precision() - b);
        return switch (operator) {
            case "+", "-" -> exact(operator, left, right, digits + 1, Math.max(a, b));
            case "%" -> exact(operator, left, right, digits, Math.max(a, b));
            case "*" ->
                product(
                        left,
                        right,
                        SfType.number(
                                Math.min(
                                        38,
                                        left.type().precision() + right.type().precision()),
                                Math.min(38, a + b)));
            default -> quotient(left, right, Math.max(a, Math.min(a + 6, 12)));
        };
    }

    private static Typed dates(String operator, Typed date, Typed other, ExpressionTranslator expressions) {
        if (other.type().kind() == SfType.Kind.DATE) {
            return new Typed(
                    "CAST(datediff('day', %s, %s) AS DECIMAL(9,0))".formatted(other.sql(), date.sql()),
                    SfType.number(9, 0));
        }
        String days = expressions.cast(other, SfType.number(9, 0)).sql();
        return new Typed("(%s %s CAST(%s AS INTEGER))".formatted(date.sql(), operator, days), SfType.DATE);
    }

    private static Typed real(String operator, Typed left, Typed right) {
        String sql = operator.equals("/")
                ? "CASE WHEN %2$s = 0 THEN error('Division by zero') ELSE %1$s / %2$s END"
                        .formatted(left.sql(), right.sql())
                : "(%s %s %s)".formatted(left.sql(), operator, right.sql());
        return new Typed(sql, SfType.REAL);
    }

    private static Typed exact(String operator, Typed left, Typed right, int digits, int scale) {
        SfType type = SfType.number(Math.min(38, digits + scale), scale);
        SfType wide = SfType.number(38, scale);
        return new Typed(
                "CAST((CAST(%s AS %s) %s CAST(%s AS %s)) AS %s)"
                        .formatted(left.sql(), wide.duck(), operator, right.sql(), wide.duck(), type.duck()),
                type);
    }

    private static Typed product(Typed left, Typed right, SfType type) {
        return new Typed(
                "sf_product(CAST(%s AS VARCHAR), CAST(%s AS VARCHAR))::%s"
                        .formatted(left.sql(), right.sql(), type.duck()),
                type);
    }

    private static Typed quotient(Typed left, Typed right, int scale) {
        SfType type = SfType.number(38, scale);
        return new Typed(
                "sf_quotient(CAST(%s AS VARCHAR), CAST(%s AS VARCHAR) || ' %d')::%s"
                        .formatted(left.sql(), right.sql(), scale, type.duck()),
                type);
    }

    static String product(String left, String right) {
        return new java.math.BigDecimal(left)
                .multiply(new java.math.BigDecimal(right))
                .toPlainString();
    }

    /// @param right the divisor and, behind a blank, the scale of the answer
    static String quotient(String left, String right) {
        String[] parts = right.split(" ");
        java.math.BigDecimal divisor = new java.math.BigDecimal(parts[0]);
        if (divisor.signum() == 0) {
            throw new SqlFailure("100051", "22012", "Division by zero");
        }
        return new java.math.BigDecimal(left)
                .divide(divisor, Integer.parseInt(parts[1]), java.math.RoundingMode.HALF_UP)
                .toPlainString();
    }
}
