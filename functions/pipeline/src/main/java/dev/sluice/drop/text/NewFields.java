package dev.sluice.drop.text;

/// A row of JSON Lines has a field that was not known when reading began. The file is read again, with all
/// that [DropText#newFields] finds.
public final class NewFields extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NewFields() {
        super("new fields", null, false, false);
    }
}
