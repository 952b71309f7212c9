package dev.sluice.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the places that the file names. An address may hold a secret by mistake, so none is ever shown.
final class Addresses {
    static final String SOURCE_EXPECTED =
            "jdbc:postgresql://host:port/database, with user and password under keys of their own";
    static final String SNOWFLAKE_EXPECTED =
            "jdbc:snowflake://ACCOUNT.snowflakecomputing.com/?db=DATABASE&warehouse=WAREHOUSE, with user, credentials and role under keys of their own";
    static final String LAKE_EXPECTED = "file:PATH or s3://bucket/prefix";
    static final String ENDPOINT_EXPECTED = "https://host:port or http://host:port";

    private static final Pattern SOURCE = Pattern.compile("jdbc:postgresql://[^/?@\\s]+/[^/?\\s]+(?:\\?(\\S*))?");
    /// The driver takes a host without a dot for something else, and a brace for no address at all.
    private static final Pattern SNOWFLAKE =
            Pattern.compile("jdbc:snowflake://([\\w-]+(?:\\.[\\w-]+)+)(?::\\d{1,5})?/?(?:\\?([^\\s{}|\\\\^<>\"`]*))?");
    private static final List<String> SNOWFLAKE_OWN_KEYS = List.of(
            "user",
            "password",
            "passcode",
            "token",
            "role",
            "authenticator",
            "private_key_file",
            "private_key_base64",
            "private_key_pwd",
            "private_key_file_pwd",
            "privatekey",
            "oauthclientsecret",
            "proxypassword",
            "insecuremode");
    private static final Pattern BUCKET = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([^?#]*))?");
    private static final Pattern REGION = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)+");
    private static final List<String> CREDENTIALS = List.of("user", "password", "sslpassword");

    /// A bucket and the prefix in it, without slash at either end.
    record Bucket(String name, String prefix) {}

    private Addresses() {}

    static Optional<String> source(Value value) {
        Optional<String> url = value.text(SOURCE_EXPECTED);
        if (url.isEmpty()) {
            return Optional.empty();
        }
        Matcher parts = SOURCE.matcher(url.get());
        if (!parts.matches()) {
            return value.refuse(sourceFault(url.get()), SOURCE_EXPECTED);
        }
        String query = parts.group(1) == null ? "" : parts.group(1);
        for (String parameter : query.split("&", -1)) {
            String name = parameter.split("=", 2)[0];
            if (CREDENTIALS.contains(decoded(name).toLowerCase(Locale.ROOT))) {
                return value.refuse("`" + decoded(name).toLowerCase(Locale.ROOT) + "` in the address", SOURCE_EXPECTED);
            }
        }
        return url;
    }

    static Optional<String> snowflake(Value value) {
        Optional<String> url = value.text(SNOWFLAKE_EXPECTED);
        if (url.isEmpty()) {
            return Optional.empty();
        }
        Matcher parts = SNOWFLAKE.matcher(url.get());
        if (!parts.matches()) {
            String fault = url.get().startsWith("jdbc:snowflake://")
                    ? "an address of another form"
                    : "an address that does not begin with jdbc:snowflake://";
            return value.refuse(fault, SNOWFLAKE_EXPECTED);
        }
        List<String> given = new ArrayList<>();
        for (String parameter : (parts.group(2) == null ? "" : parts.group(2)).split("&", -1)) {
            String[] pair = parameter.split("=", 2);
            String name = decoded(pair[0]).toLowerCase(Locale.ROOT);
            boolean inClear = name.equals("ssl") && !parts.group(1).startsWith("127.");
            if (SNOWFLAKE_OWN_KEYS.contains(name) || inClear) {
                return value.refuse("`" + name + "` in the address", SNOWFLAKE_EXPECTED);
            }
            if (pair.length == 2 && !pair[1].isEmpty()) {
                given.add(name);
            }
        }
        for (String needed : List.of("db", "warehouse")) {
            if (!given.contains(needed)) {
                return value.refuse("an address without `" + needed + "`", SNOWFLAKE_EXPECTED);
            }
        }
        return url;
    }

    private static String sourceFault(String url) {
        if (!url.startsWith("jdbc:postgresql://")) {
            return "an address that does not begin with jdbc:postgresql://";
        }
        return url.substring("jdbc:postgresql://".length()).split("[/?]", 2)[0].contains("@")
                ? "a user in the address"
                : "an address without host or database";
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    /// @return an absolute path
    static Optional<Path> path(Value value, String text, Path base) {
        String expected = "a path, absolute or relative to the directory of the configuration";
        if (text.startsWith("~")) {
            return value.refuse("a path that begins with ~, which nothing expands", expected + "; `${env:HOME}` helps");
        }
        try {
            return Optional.of(base.resolve(text).toAbsolutePath().normalize());
        } catch (InvalidPathException e) {
            return value.refuse("a text that is no path", expected);
        }
    }

    /// @param url begins with `file:`
    static Optional<Path> file(Value value, String url, Path base) {
        String path = url.substring("file:".length());
        if (path.startsWith("//")) {
            if (!path.startsWith("///")) {
                return value.refuse("a host after file://", "file:PATH or file:///PATH");
            }
            path = path.substring(2);
        }
        return path.isBlank() ? value.refuse("file: without a path", LAKE_EXPECTED) : path(value, path, base);
    }

    /// @param url begins with `s3:`
    static Optional<Bucket> bucket(Value value, String url) {
        Matcher parts = BUCKET.matcher(url);
        if (!parts.matches()) {
            return value.refuse("an address that does not name a bucket and a prefix", LAKE_EXPECTED);
        }
        String prefix = parts.group(2) == null ? "" : parts.group(2);
        String bare = prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
        boolean odd = !bare.isEmpty()
                && List.of(bare.split("/", -1)).stream()
                        .anyMatch(segment -> List.of("", ".", "..").contains(segment));
        return odd
                ? value.refuse("a prefix with an empty segment, . or ..", LAKE_EXPECTED)
                : Optional.of(new Bucket(parts.group(1), bare));
    }

    static Optional<String> region(Value value) {
        String expected = "a region such as ca-central-1";
        Optional<String> region = value.text(expected);
        return region.isEmpty() || REGION.matcher(region.get()).matches()
                ? region
                : value.refuse(value.shown(), expected);
    }

    static Optional<URI> endpoint(Value value) {
        Optional<String> text = value.text(ENDPOINT_EXPECTED);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text.get());
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean bare = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
            boolean root = uri.getRawPath() == null
                    || uri.getRawPath().isEmpty()
                    || uri.getRawPath().equals("/");
            if (http && uri.getHost() != null && bare && root) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // Refused below; its message quotes the address.
        }
        return value.refuse("another address", ENDPOINT_EXPECTED);
    }
}
