package dev.sluice.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// `30s`, `10m`, `2h` → minutes.
final class Budgets implements ITypeConverter<Double> {
    private static final Pattern SPAN = Pattern.compile("(\\d{1,9})\\s*(s|m|min|h)");

    @Override
    public Double convert(String value) {
        Matcher matcher = SPAN.matcher(value.strip());
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + value + "' is no time span; expected 30s, 10m or 2h");
        }
        double number = Double.parseDouble(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> number / 60;
            case "h" -> number * 60;
            default -> number;
        };
    }
}
