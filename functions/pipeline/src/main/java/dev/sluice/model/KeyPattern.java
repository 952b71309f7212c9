package dev.sluice.model;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which keys belong to a feed, such as `drops/pos/{store}/{date:yyyy-MM-dd}/*.jsonl.gz`: `*` is anything but
/// a slash, `**` anything, `{name}` a part between slashes or letters, `{name:pattern}` a date or time in that
/// spelling. Keys that end in a slash never match.
///
/// @param text as in the configuration
public record KeyPattern(String text) {
    private static final Pattern TOKEN = Pattern.compile("\\*\\*|\\*|\\{(\\w+)(?::[^}]*)?}");

    /// The constant beginning: no matching key lies elsewhere.
    public String prefix() {
        Matcher token = TOKEN.matcher(text);
        return token.find() ? text.substring(0, token.start()) : text;
    }

    /// The named parts in the spelling of the key, dates as `yyyy-MM-dd`; empty if the key does not match.
    public Optional<Map<String, String>> match(String key) {
        StringBuilder regex = new StringBuilder();
        Map<String, String> parts = new LinkedHashMap<>();
        Matcher token = TOKEN.matcher(text);
        int end = 0;
        while (token.find()) {
            regex.append(Pattern.quote(text.substring(end, token.start())));
            end = token.end();
            if (token.group(1) == null) {
                regex.append(token.group().equals("**") ? ".*" : "[^/]*");
            } else {
                parts.put(token.group(1), "");
                regex.append("(?<").append(token.group(1)).append(">[^/]+)");
            }
        }
        Matcher found =
                Pattern.compile(regex + Pattern.quote(text.substring(end))).matcher(key);
        if (key.endsWith("/") || !found.matches()) {
            return Optional.empty();
        }
        parts.replaceAll((name, none) -> found.group(name));
        return Optional.of(parts);
    }
}
