package dev.sluice.drop.text;

/// The file as a whole cannot be taken. Not a failure of a stage: the reader answers with it.
public final class RefusedFile extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// @param why names line or byte and column, and says what to do; neither the file nor any content
    public RefusedFile(String why) {
        super(why);
    }

    public String why() {
        return String.valueOf(getMessage());
    }
}
