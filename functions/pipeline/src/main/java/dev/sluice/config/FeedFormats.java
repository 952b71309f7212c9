package dev.sluice.config;

import dev.sluice.model.FileFormat;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `format:` of a feed: a word, or a mapping that says more of a CSV.
final class FeedFormats {
    private static final String EXPECTED = "csv, jsonl or parquet, or a mapping such as {type: csv, delimiter: \";\"}";
    private static final String DELIMITER_EXPECTED =
            "one ASCII character that is no letter, digit or quote, such as \";\", or tab";
    private static final String QUOTE_EXPECTED = "one ASCII character such as '\"', or none";
    private static final String ENCODING_EXPECTED =
            "the name of an encoding, such as UTF-8, ISO-8859-1, windows-1252 or UTF-16LE";
    private static final FileFormat.Csv CSV = new FileFormat.Csv(',', Optional.of('"'), true, "UTF-8", "");
    private static final Map<String, FileFormat> WORDS =
            Map.of("csv", CSV, "jsonl", new FileFormat.JsonLines(), "parquet", new FileFormat.Parquet());

    private FeedFormats() {}

    static Optional<FileFormat> read(Value value) {
        if (!value.isMapping()) {
            return word(value, EXPECTED);
        }
        Section own = Section.open(value, value.at(), Keys.DROP_FORMAT);
        String typeExpected = "csv, jsonl or parquet";
        Optional<FileFormat> type = own.required("type", typeExpected).flatMap(word -> word(word, typeExpected));
        FileFormat.Csv csv = csv(own);
        if (type.isEmpty() || type.get() instanceof FileFormat.Csv) {
            return type.map(known -> csv);
        }
        for (String key : List.of("delimiter", "quote", "header", "encoding", "null_text")) {
            if (own.has(key)) {
                own.refuse(key, "`%s` belongs to csv".formatted(key));
            }
        }
        return type;
    }

    private static Optional<FileFormat> word(Value value, String expected) {
        Optional<String> word = value.text(expected);
        if (word.isEmpty() || WORDS.containsKey(word.get())) {
            return word.map(WORDS::get);
        }
        return value.refuse(
                value.shown(), expected + Words.suggestion(word.get(), Set.of("csv", "jsonl", "parquet"), ""));
    }

    private static FileFormat.Csv csv(Section own) {
        char delimiter = own.value("delimiter").flatMap(FeedFormats::delimiter).orElse(CSV.delimiter());
        Optional<Character> quote = own.has("quote")
                ? own.value("quote").flatMap(FeedFormats::quote).orElse(CSV.quote())
                : CSV.quote();
        if (quote.isPresent() && quote.get() == delimiter) {
            own.refuse("delimiter", "found the same character as delimiter and quote");
        }
        return new FileFormat.Csv(
                delimiter,
                quote,
                own.value("header").flatMap(Value::flag).orElse(true),
                own.value("encoding").flatMap(FeedFormats::encoding).orElse(CSV.encoding()),
                own.value("null_text").flatMap(FeedFormats::nullText).orElse(CSV.nullText()));
    }

    private static Optional<Character> delimiter(Value value) {
        Optional<String> written = value.written();
        if (written.isPresent() && written.get().equals("tab")) {
            return Optional.of('\t');
        }
        boolean good = isOneCharacter(written)
                && !Character.isLetterOrDigit(written.get().charAt(0))
                && written.get().charAt(0) != '"';
        return good ? Optional.of(written.get().charAt(0)) : value.refuse(value.shown(), DELIMITER_EXPECTED);
    }

    private static Optional<Optional<Character>> quote(Value value) {
        Optional<String> written = value.written();
        if (written.isPresent() && written.get().equals("none")) {
            return Optional.of(Optional.empty());
        }
        return isOneCharacter(written)
                ? Optional.of(Optional.of(written.get().charAt(0)))
                : value.refuse(value.shown(), QUOTE_EXPECTED);
    }

    private static boolean isOneCharacter(Optional<String> written) {
        return written.isPresent()
                && written.get().length() == 1
                && written.get().charAt(0) < 0x80
                && "\n\r\0".indexOf(written.get().charAt(0)) < 0;
    }

    private static Optional<String> encoding(Value value) {
        Optional<String> name = value.text(ENCODING_EXPECTED);
        if (name.isEmpty()) {
            return name;
        }
        try {
            return Optional.of(Charset.forName(name.get()).name());
        } catch (IllegalArgumentException e) {
            return value.refuse(value.shown(), ENCODING_EXPECTED);
        }
    }

    private static Optional<String> nullText(Value value) {
        String expected = "a text on one line, in quotes if need be, such as \"\\\\N\"";
        Optional<String> written = value.written().filter(text -> text.indexOf('\n') < 0 && text.indexOf('\r') < 0);
        return written.isPresent() ? written : value.refuse(value.shown(), expected);
    }
}
