package dev.sluice.snowflake;

/// An error as Snowflake reports it: a number, an SQL state, a text.
final class SqlFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String sqlState;

    SqlFailure(String code, String sqlState, String message) {
        super(message);
        this.code = code;
        this.sqlState = sqlState;
    }

    String code() {
        return code;
    }

    String sqlState() {
        return sqlState;
    }

    static SqlFailure syntax(Token at) {
        return new SqlFailure(
                "001003",
                "42000",
                "SQL compilation error:%nsyntax error line %d at position %d unexpected '%s'."
                        .formatted(at.line(), at.position(), at.kind() == Token.Kind.END ? "<EOF>" : at.text()));
    }

    /// What the real one could do and this server cannot. Tests must not take it for Snowflake's answer.
    static SqlFailure unsupported(String what) {
        return new SqlFailure("000002", "0A000", "Unsupported feature of the test server: " + what);
    }

    static SqlFailure missing(String kind, Object name) {
        return new SqlFailure(
                "002003",
                "02000",
                "SQL compilation error:%n%s '%s' does not exist or not authorized.".formatted(kind, name));
    }

    static SqlFailure missingTable(Object name) {
        return new SqlFailure(
                "002003",
                "42S02",
                "SQL compilation error:%nObject '%s' does not exist or not authorized.".formatted(name));
    }

    static SqlFailure exists(Object name) {
        return new SqlFailure("002002", "42710", "SQL compilation error:%nObject '%s' already exists.".formatted(name));
    }

    static SqlFailure denied(String kind, Object name) {
        return new SqlFailure(
                "003001",
                "42501",
                "SQL access control error:%nInsufficient privileges to operate on %s '%s'.".formatted(kind, name));
    }

    static SqlFailure identifier(String name) {
        return new SqlFailure(
                "000904",
                "42000",
                "SQL compilation error: error line 1 at position 0%ninvalid identifier '%s'".formatted(name));
    }

    static SqlFailure compilation(String why) {
        return new SqlFailure("001007", "22023", "SQL compilation error:%n%s".formatted(why));
    }

    static SqlFailure property(String name, Object on) {
        return new SqlFailure(
                "001420", "22023", "SQL compilation error:%ninvalid property '%s' for '%s'".formatted(name, on));
    }
}
