package dev.sluice.adapter.postgres;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Version of a server, as in `server_version_num`: 140022 for 14.22, 90624 for 9.6.24.
record ServerVersion(int number) {
    private static final Pattern TEXT = Pattern.compile("^(\\d+)(?:\\.(\\d+))?(?:\\.(\\d+))?");

    /// @param text as the server reports it: `14.22 (Debian)`, `18beta1`, `9.6.24`
    static ServerVersion parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException("server_version '" + text + "'");
        }
        int first = Integer.parseInt(matcher.group(1));
        int second = matcher.group(2) == null ? 0 : Integer.parseInt(matcher.group(2));
        if (first >= 10) {
            return new ServerVersion(first * 10_000 + second);
        }
        int third = matcher.group(3) == null ? 0 : Integer.parseInt(matcher.group(3));
        return new ServerVersion(first * 10_000 + second * 100 + third);
    }

    boolean atLeast(int major) {
        return number >= major * 10_000;
    }

    /// `14`, but `9.6`: what decides whether hashes are comparable.
    String major() {
        return number >= 100_000 ? String.valueOf(number / 10_000) : number / 10_000 + "." + number / 100 % 100;
    }
}
