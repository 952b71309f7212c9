package dev.sluice.snowflake;

/// @param text     of a word folded to upper case, of a quoted name and a string what it stands for
/// @param start    offset of its first character in the statement's text
/// @param end      offset behind its last character
record Token(Kind kind, String text, int line, int position, int start, int end) {
    enum Kind {
        WORD,
        QUOTED,
        STRING,
        NUMBER,
        /// `?`
        BIND,
        /// `$1`
        POSITIONAL,
        /// `$name`
        VARIABLE,
        /// `@stage/path`: the text is what follows the sign.
        STAGE,
        SYMBOL,
        END
    }

    boolean is(String word) {
        return (kind == Kind.WORD || kind == Kind.SYMBOL) && text.equals(word);
    }

    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED;
    }
}
