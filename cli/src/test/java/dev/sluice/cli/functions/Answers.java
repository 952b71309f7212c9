package dev.sluice.cli.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A function whose answer is a text of as many bytes, quotes included, as its payload says under `bytes`.
public final class Answers implements RequestStreamHandler {
    private static final Pattern BYTES = Pattern.compile("\"bytes\":(\\d+)");

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
        Matcher asked = BYTES.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        if (!asked.find()) {
            throw new IllegalArgumentException("bytes");
        }
        int bytes = Integer.parseInt(asked.group(1));
        out.write(("\"" + "x".repeat(bytes - 2) + "\"").getBytes(StandardCharsets.UTF_8));
    }
}
